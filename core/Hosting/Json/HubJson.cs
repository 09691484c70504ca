using System.Text.Json;
using System.Text.Json.Serialization;

namespace MedCrm.Hosting.Json;

/// <summary>One way to write JSON: on the bus, in the databases and over HTTP.</summary>
public static class HubJson
{
    /// <summary>camelCase, nulls left out, numbers as numbers; enums carry their own names.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
    }

    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        return options;
    }
}
