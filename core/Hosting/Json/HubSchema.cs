using System.Text.Json;
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
        // A type has one schema, whether it was met as nullable first or not; a property that may be null says so beside it.
        if (value == typeof(Sealed))
        {
            // Null: erased.
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
            schema.Properties = null;
            schema.Required = null;
        }
        else if (value.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITypedId<>)))
        {
            schema.Type = JsonSchemaType.String;
            schema.Format = "uuid";
            schema.Properties = null;
            schema.Required = null;
        }
        else if (value.IsEnum && schema.Enum is { } words)
        {
            schema.Enum = [.. words.Where(word => word is not null && word.GetValueKind() != JsonValueKind.Null)];
        }

        return Task.CompletedTask;
    }
}
