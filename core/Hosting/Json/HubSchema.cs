using MedCrm.Contracts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MedCrm.Hosting.Json;

/// <summary>Describes typed ids and opened values as what they are in JSON: strings.</summary>
internal static class HubSchema
{
    public static Task Apply(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = context.JsonTypeInfo.Type;
        var value = Nullable.GetUnderlyingType(type) ?? type;
        var nullable = value != type ? JsonSchemaType.Null : default;
        if (value == typeof(Sealed))
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Properties = null;
            schema.Required = null;
        }
        else if (value.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITypedId<>)))
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Format = "uuid";
            schema.Properties = null;
            schema.Required = null;
        }

        return Task.CompletedTask;
    }
}
