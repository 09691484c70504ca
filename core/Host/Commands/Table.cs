using System.Text.Json;

namespace MedCrm.Host.Commands;

/// <summary>Rows of an answer in JSON, as columns of text.</summary>
internal static class Table
{
    public static async Task PrintAsync(TextWriter output, string owner, JsonElement rows)
    {
        foreach (var row in rows.EnumerateArray())
        {
            var cells = row.EnumerateObject().Where(cell => cell.Value.ValueKind != JsonValueKind.Null).Select(cell => $"{cell.Name}={cell.Value}");
            await output.WriteLineAsync($"{owner}  {string.Join("  ", cells)}");
        }
    }
}
