using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm openapi DIR`: the OpenAPI document of every part, from which the window's types are made. Needs no server.</summary>
internal static class OpenApiCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "One file per part is written here: chat.json, …" };
        var command = new Command("openapi", "Writes the OpenAPI document of every part.") { directory };
        command.SetAction(async (parsed, ct) =>
        {
            var target = Directory.CreateDirectory(parsed.GetRequiredValue(directory)).FullName;
            using var settings = new ScratchSettings();
            foreach (var part in Parts.All)
            {
                await using var app = part.Build(settings.Values);

                // The endpoints of an application that never starts are known only after its pipeline has been put together.
                app.UseRouting();
                app.UseEndpoints(_ => { });
                ((IApplicationBuilder)app).Build();
                if (app.Services.GetKeyedService<IOpenApiDocumentProvider>("v1") is not { } provider)
                {
                    continue;
                }

                var document = await provider.GetOpenApiDocumentAsync(ct);
                // Where it happened to run is no part of the contract.
                document.Servers?.Clear();
                var json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, ct);
                await File.WriteAllTextAsync(Path.Combine(target, $"{part.Name}.json"), json.ReplaceLineEndings("\n") + "\n", ct);
                await Console.Out.WriteLineAsync($"{part.Name}.json");
            }

            return 0;
        });
        return command;
    }
}
