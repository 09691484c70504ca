using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MedCrm.Host.Embedded;

/// <summary>The directory of an embedded run: database, secrets, files of contacts, logs. Only one `up` works in it at a time.</summary>
public sealed class DataHome : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int KeyLength = 32;
    private readonly FileStream _lock;

    private DataHome(DataPaths paths, FileStream @lock)
    {
        Paths = paths;
        _lock = @lock;
    }

    public DataPaths Paths { get; }

    public string Root => Paths.Root;

    /// <exception cref="CommandException">Not writable, or another `up` runs in it.</exception>
    public static DataHome Open(string directory)
    {
        var paths = new DataPaths(directory);
        var root = paths.Root;
        try
        {
            Directory.CreateDirectory(root);
            CreatePrivate(paths.Secrets);
            CreatePrivate(paths.Blobs);
            // The operating system lets go of this lock even after kill -9; a file with a process number would have to be guessed about.
            var file = new FileStream(LockFile(root), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataHome(paths, file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException($"{root} is not writable for this user. Choose another directory with --data, or make this one yours.", e);
        }
        catch (IOException e) when (File.Exists(LockFile(root)))
        {
            throw new CommandException($"MedCrm already runs with the data in {root}. Stop it first, or choose another directory with --data.", e);
        }
        catch (IOException e)
        {
            throw new CommandException($"{root} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Whether an `up` works in the directory.</summary>
    public static bool IsInUse(string directory)
    {
        var file = LockFile(new DataPaths(directory).Root);
        if (!File.Exists(file))
        {
            return false;
        }

        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException($"The data in {directory} belong to another account; run this command as the one that runs `medcrm up`.", e);
        }
    }

    /// <summary>Keys that must outlive everything else: without the master key no personal data can be read again.</summary>
    public void EnsureKeys()
    {
        Secret("vault-master-key", NewKey);
        Secret("internal-signing-key", NewKey);
    }

    /// <summary>Reads a secret; makes it at the first start.</summary>
    public string Secret(string name, Func<string> create)
    {
        var path = Path.Combine(Paths.Secrets, name);
        if (File.Exists(path))
        {
            return File.ReadAllText(path).Trim();
        }

        var value = create();
        WritePrivate(path, value);
        return value;
    }

    /// <summary>Readable by its owner only, from its first byte on.</summary>
    public static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(text);
    }

    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>Easy to type, and with something from every class that password rules ask for.</summary>
    [SuppressMessage("Globalization", "CA1308", Justification = "A random word, not a comparison.")]
    public static string NewPassword() =>
        $"{RandomNumberGenerator.GetString("ABCDEFGHJKMNPQRSTUVWXYZ", 1)}{string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", 3) + RandomNumberGenerator.GetString("23456789", 1)))}";

    public void Dispose() => _lock.Dispose();

    private static string LockFile(string root) => Path.Combine(root, "up.lock");

    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly);
        }
    }
}
