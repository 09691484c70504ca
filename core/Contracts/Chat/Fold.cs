using System.Text.Json.Serialization;

namespace MedCrm.Contracts.Chat;

/// <summary>What a part of a text is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FoldKind>))]
public enum FoldKind
{
    /// <summary>An earlier message, repeated.</summary>
    [JsonStringEnumMemberName("quote")] Quote,

    /// <summary>The author's signature, or what their mail program adds.</summary>
    [JsonStringEnumMemberName("signature")] Signature,
}

/// <summary>A part of a text that a window may show folded. The text itself stays whole.</summary>
/// <param name="Start">The first character of it, counted from 0 in UTF-16 code units.</param>
/// <param name="Length">How many code units, at least 1.</param>
/// <param name="Kind">What it is.</param>
public sealed record Fold(int Start, int Length, FoldKind Kind);
