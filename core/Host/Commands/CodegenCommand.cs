#if !PREGENERATED_CODE
using System.CommandLine;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MedCrm.Host.Commands;

/// <summary>`medcrm codegen write|test`: the code around every handler, written for the Release build or compiled as a check. Needs no server.</summary>
internal static class CodegenCommand
{
    public static Command Create()
    {
        var write = new Command("write", "Writes Internal/Generated of every part, replacing what is there.");
        write.SetAction((_, ct) => ForEachPartAsync(WriteAsync, ct));
        var test = new Command("test", "Generates and compiles the code of every part; exit code 1 when a handler cannot be generated.");
        test.SetAction((_, ct) => ForEachPartAsync(TestAsync, ct));
        return new Command("codegen", "Code around the message handlers, for the Release build.") { write, test };
    }

    private static async Task<int> ForEachPartAsync(Func<WebApplication, Task<string>> work, CancellationToken ct)
    {
        var steps = new Steps(Console.Out, TimeProvider.System);
        using var settings = new ScratchSettings();
        DynamicCodeBuilder.WithinCodegenCommand = true;
        foreach (var part in Parts.All)
        {
            ct.ThrowIfCancellationRequested();
            await steps.RunAsync(part.Name, async () =>
            {
                await using var app = part.Build(settings.Values);
                return await work(app);
            }, note => note);
        }

        return 0;
    }

    private static Task<string> WriteAsync(WebApplication app)
    {
        var home = Path.Combine(ProjectDirectory(app.Environment.ApplicationName), "Internal", "Generated");
        if (Directory.Exists(home))
        {
            // A handler that is gone would leave code behind that no longer compiles.
            Directory.Delete(home, recursive: true);
        }

        app.Services.GetRequiredService<JasperFxOptions>().GeneratedCodeOutputPath = home;
        Builder(app).WriteGeneratedCode(_ => { });
        var files = Directory.Exists(home) ? Directory.GetFiles(home, "*.cs", SearchOption.AllDirectories).Length : 0;
        return Task.FromResult($"{files} files");
    }

    private static Task<string> TestAsync(WebApplication app)
    {
        var generator = app.Services.GetRequiredService<IAssemblyGenerator>();
        var builder = Builder(app);
        builder.TryBuildAndCompileAll((assembly, services) => generator.Compile(assembly, services));
        return Task.FromResult("compiles");
    }

    private static DynamicCodeBuilder Builder(WebApplication app) =>
        new(app.Services, [.. app.Services.GetServices<ICodeFileCollection>()]) { ServiceVariableSource = app.Services.GetService<IServiceVariableSource>() };

    /// <summary>Generated code is looked up in a part's own assembly, so it is compiled into that project.</summary>
    private static string ProjectDirectory(string assembly)
    {
        var root = SourceTree.Find() ?? throw new CommandException("codegen works in the source tree only; this program was published.");
        string[] homes = ["core", "connectors", "web"];
        return homes
            .Select(home => Path.Combine(root, home))
            .Where(Directory.Exists)
            .SelectMany(home => Directory.EnumerateDirectories(home))
            .FirstOrDefault(directory => File.Exists(Path.Combine(directory, $"{assembly}.csproj")))
            ?? throw new CommandException($"There is no project {assembly}.csproj below core, connectors or web.");
    }
}
#endif
