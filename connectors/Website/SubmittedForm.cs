namespace MedCrm.Connectors.Website;

/// <summary>What a body says, before anybody asks what it means.</summary>
/// <param name="Fields">In the order of the form; a name may repeat.</param>
/// <param name="Files">Uploaded files; empty file inputs are left out.</param>
internal sealed record SubmittedForm(IReadOnlyList<SubmittedField> Fields, IReadOnlyList<SubmittedFile> Files)
{
    public bool IsEmpty => Files.Count == 0 && Fields.All(f => f.Value.Length == 0);

    public string? this[string name] => Fields.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase))?.Value;
}

internal sealed record SubmittedField(string Name, string Value);

/// <param name="Content">A part of the body; nothing is copied.</param>
internal sealed record SubmittedFile(string FieldName, string FileName, string MediaType, ReadOnlyMemory<byte> Content);

/// <summary>A body, read or not.</summary>
/// <param name="Form">Null: nobody could read it.</param>
/// <param name="QuarantineReason">Why not, a stable word. Null: read.</param>
internal sealed record FormReading(SubmittedForm? Form, string? QuarantineReason)
{
    public static FormReading Unreadable(string reason) => new(null, reason);
}
