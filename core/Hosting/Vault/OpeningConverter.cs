using System.Text.Json;
using System.Text.Json.Serialization;
using MedCrm.Contracts;

namespace MedCrm.Hosting.Vault;

/// <summary>Writes sealed values as plain text: for answers to people, nowhere else. An erased person's value becomes an empty string.</summary>
internal sealed class OpeningConverter(IPersonalDataVault vault) : JsonConverter<Sealed>
{
    public override Sealed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Sealed values are not accepted from outside.");

    public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options) => writer.WriteStringValue(vault.Open(value) ?? "");
}

/// <summary>As <see cref="OpeningConverter"/>, for optional values: an erased person's value becomes null.</summary>
internal sealed class NullableOpeningConverter(IPersonalDataVault vault) : JsonConverter<Sealed?>
{
    public override Sealed? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Sealed values are not accepted from outside.");

    public override void Write(Utf8JsonWriter writer, Sealed? value, JsonSerializerOptions options)
    {
        if (value is { } given && vault.Open(given) is { } text)
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
