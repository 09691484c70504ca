using System.Security.Cryptography;
using MedCrm.Contracts;
using MedCrm.Hosting.Blobs;
using MedCrm.Hosting.Bus;
using MedCrm.Hosting.Vault;
using MedCrm.Integration.Tests.Hub;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>Keys of people, and what is sealed under them.</summary>
public sealed class VaultTests(Hubs hubs)
{
    [Theory]
    [InlineData("")]
    [InlineData("Ирина 🌻")]
    [InlineData("a\0b")]
    public async Task What_was_sealed_is_opened_everywhere(string text)
    {
        var (hub, vault, subject) = await SomebodyAsync();
        var value = vault.Seal(subject, text);
        Assert.Equal(text, vault.Open(value));
        Assert.Equal(text, hub.Of<IPersonalDataVault>("chat").Open(Sealed.Parse(value.ToString())));
    }

    [Fact]
    public async Task The_same_text_never_looks_the_same()
    {
        var (_, vault, subject) = await SomebodyAsync();
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => vault.Seal(subject, "да").Ciphertext).Distinct().Count());
    }

    [Fact]
    public async Task Another_person_cannot_open_it()
    {
        var (_, vault, irina) = await SomebodyAsync();
        var (_, _, oleg) = await SomebodyAsync();
        Assert.Null(vault.Open(vault.Seal(irina, "только Ирине") with { Subject = oleg }));
    }

    [Fact]
    public async Task A_changed_letter_opens_nothing()
    {
        var (_, vault, subject) = await SomebodyAsync();
        var value = vault.Seal(subject, "важно");
        var changed = value.Ciphertext.ToCharArray();
        changed[20] = changed[20] == 'A' ? 'B' : 'A';
        Assert.Null(vault.Open(value with { Ciphertext = new string(changed) }));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sealed()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        Assert.Throws<InvalidOperationException>(() => hub.Vault.Seal(DataSubjectId.New(), "кому?"));
    }

    [Fact]
    public async Task Keys_born_at_the_same_moment_are_one_key()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        string[] parts = ["chat", "requests", "patients", "website", "email", "gateway"];
        for (var round = 0; round < 10; round++)
        {
            var subject = DataSubjectId.New();
            await Task.WhenAll(parts.Select(part => hub.Of<IPersonalDataVault>(part).EnsureKeyAsync(subject, CancellationToken.None)));
            Assert.Single(parts.Select(part => Convert.ToHexString(hub.Of<IPersonalDataVault>(part).KeyOf(subject)!)).Distinct());
        }
    }

    [Fact]
    public async Task A_destroyed_key_opens_neither_words_nor_files()
    {
        var (hub, vault, subject) = await SomebodyAsync();
        var value = vault.Seal(subject, "было");
        var blob = await BlobStoreOf(hub).WriteAsync(subject, new MemoryStream([1, 2, 3]), CancellationToken.None);
        Assert.True(await vault.DestroyAsync(subject, CancellationToken.None));
        Assert.Null(vault.Open(value));
        Assert.Null(await BlobStoreOf(hub).OpenAsync(blob.Id, CancellationToken.None));
        Assert.Throws<InvalidOperationException>(() => vault.Seal(subject, "ещё"));
    }

    [Fact]
    public async Task Who_comes_again_after_being_erased_gets_a_key_that_opens_nothing_old()
    {
        var (hub, vault, subject) = await SomebodyAsync();
        var old = vault.Seal(subject, "старое");
        var blob = await BlobStoreOf(hub).WriteAsync(subject, new MemoryStream([1, 2, 3]), CancellationToken.None);
        await vault.DestroyAsync(subject, CancellationToken.None);
        await vault.EnsureKeyAsync(subject, CancellationToken.None);
        Assert.Null(vault.Open(old));
        Assert.Equal("новое", vault.Open(vault.Seal(subject, "новое")));
        Assert.Null(await ReadAsync(BlobStoreOf(hub), blob.Id));
    }

    [Fact]
    public async Task A_wrong_master_key_says_so()
    {
        var (hub, _, subject) = await SomebodyAsync();
        var file = Path.Combine(Path.GetDirectoryName(hub.BlobDirectory)!, "another-master-key");
        await File.WriteAllTextAsync(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var settings = new ConfigurationBuilder().AddConfiguration(hub.Settings).AddInMemoryCollection(new Dictionary<string, string?> { ["Vault:MasterKeyFile"] = file }).Build();
        await using var stranger = Chat.ChatPart.Part.Build(settings);
        var refusal = Assert.Throws<InvalidOperationException>(() => stranger.Services.GetRequiredService<IPersonalDataVault>().KeyOf(subject));
        Assert.Contains("Vault:MasterKeyFile", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    public async Task A_master_key_that_is_none_is_named(string content)
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var file = Path.Combine(Path.GetDirectoryName(hub.BlobDirectory)!, $"bad-master-key-{content.Length}");
        await File.WriteAllTextAsync(file, content);
        var settings = new ConfigurationBuilder().AddConfiguration(hub.Settings).AddInMemoryCollection(new Dictionary<string, string?> { ["Vault:MasterKeyFile"] = file }).Build();
        Assert.Contains("Vault:MasterKeyFile", Assert.Throws<InvalidOperationException>(() => Chat.ChatPart.Part.Build(settings)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public async Task A_file_comes_back_whole(int size)
    {
        var (hub, _, subject) = await SomebodyAsync();
        var content = RandomNumberGenerator.GetBytes(size);
        var blob = await BlobStoreOf(hub).WriteAsync(subject, new MemoryStream(content), CancellationToken.None);
        Assert.Equal((size, Convert.ToHexStringLower(SHA256.HashData(content))), (blob.Size, blob.Sha256));
        Assert.Equal(content, await ReadAsync(BlobStoreOf(hub), blob.Id));
    }

    /// <summary>200 000 bytes are three whole frames of 65 568 bytes (with head and tag) and a rest, behind 20 bytes of heading.</summary>
    [Theory]
    [InlineData("cut within a frame")]
    [InlineData("cut between two frames")]
    [InlineData("two frames exchanged")]
    [InlineData("one bit turned")]
    [InlineData("another person's name on it")]
    public async Task A_file_that_was_tampered_with_is_not_read(string how)
    {
        const int heading = 20;
        const int frame = 4 + 12 + 65_536 + 16;
        var (hub, _, subject) = await SomebodyAsync();
        var (_, _, other) = await SomebodyAsync();
        var blob = await BlobStoreOf(hub).WriteAsync(subject, new MemoryStream(RandomNumberGenerator.GetBytes(200_000)), CancellationToken.None);
        var path = Directory.EnumerateFiles(hub.BlobDirectory, blob.Id.ToString("N"), SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(path);
        var forged = how switch
        {
            "cut within a frame" => bytes[..^100],
            "cut between two frames" => bytes[..(heading + (2 * frame))],
            "two frames exchanged" => [.. bytes[..heading], .. bytes[(heading + frame)..(heading + (2 * frame))], .. bytes[heading..(heading + frame)], .. bytes[(heading + (2 * frame))..]],
            "one bit turned" => [.. bytes[..1000], (byte)(bytes[1000] ^ 1), .. bytes[1001..]],
            _ => [.. bytes[..4], .. other.Value.ToByteArray(bigEndian: true), .. bytes[heading..]],
        };
        await File.WriteAllBytesAsync(path, forged);
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotNull(await ReadAsync(BlobStoreOf(hub), blob.Id, quiet: false)));
    }

    private static IBlobStore BlobStoreOf(TestHub hub) => hub.Of<IBlobStore>("requests");

    private static async Task<byte[]?> ReadAsync(IBlobStore blobs, Guid id, bool quiet = true)
    {
        try
        {
            await using var content = await blobs.OpenAsync(id, CancellationToken.None);
            if (content is null)
            {
                return null;
            }

            using var whole = new MemoryStream();
            await content.CopyToAsync(whole);
            return whole.ToArray();
        }
        catch (AuthenticationTagMismatchException) when (quiet)
        {
            return null;
        }
    }

    private async Task<(TestHub Hub, IPersonalDataVault Vault, DataSubjectId Subject)> SomebodyAsync()
    {
        var hub = await hubs.WithAsync(BusTransport.PostgreSql);
        var subject = DataSubjectId.New();
        await hub.Vault.EnsureKeyAsync(subject, CancellationToken.None);
        return (hub, hub.Vault, subject);
    }
}
