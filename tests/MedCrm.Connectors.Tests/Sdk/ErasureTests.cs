using MedCrm.Contracts;
using MedCrm.Hosting.Vault;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

/// <summary>Whoever is erased in one instance is forgotten by all others at once, though each may keep opened keys for an hour.</summary>
public sealed class ErasureTests(PostgresFixture postgres)
{
    private const string Ears = $"select count(*) from pg_stat_activity where datname = current_database() and application_name = '{ErasureEar.ApplicationName}'";
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Erased_in_one_instance_is_unreadable_in_the_other()
    {
        var settings = await SettingsAsync();
        await using var here = await TestConnector.StartAsync(settings);
        await using var there = await TestConnector.StartAsync(settings);
        await ListenedToAsync(settings);
        for (var n = 0; n < 20; n++)
        {
            var (subject, words) = await SealedAsync(here.Vault, there.Vault);
            var (other, kept) = await SealedAsync(here.Vault, there.Vault);
            Assert.True(await here.Vault.DestroyAsync(subject, default));
            await UntilAsync(() => Task.FromResult(there.Vault.Open(words) is null));
            Assert.Throws<InvalidOperationException>(() => there.Vault.Seal(subject, "ещё"));
            Assert.Equal("было", there.Vault.Open(kept));
            Assert.False(await there.Vault.DestroyAsync(subject, default));
            Assert.NotNull(there.Vault.KeyOf(other));
        }
    }

    [Fact]
    public async Task What_was_missed_while_the_line_was_down_is_made_up_for()
    {
        var settings = await SettingsAsync();
        await using var here = await TestConnector.StartAsync(settings);
        await using var there = await TestConnector.StartAsync(settings);
        await ListenedToAsync(settings);
        var (_, words) = await SealedAsync(here.Vault, there.Vault);

        // Erased, and nobody was told: a lost notification looks like this. Both still hold the key.
        await AskAsync(settings, $"update vault.data_keys set wrapped_key = null, destroyed_at = now() where subject_id = '{words.Subject.Value}'");
        Assert.Equal(("было", "было"), (here.Vault.Open(words), there.Vault.Open(words)));

        await AskAsync(settings, $"select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where datname = current_database() and application_name = '{ErasureEar.ApplicationName}'");
        await UntilAsync(() => Task.FromResult(here.Vault.Open(words) is null && there.Vault.Open(words) is null));

        // And it listens again.
        await ListenedToAsync(settings);
        var (subject, more) = await SealedAsync(here.Vault, there.Vault);
        await there.Vault.DestroyAsync(subject, default);
        await UntilAsync(() => Task.FromResult(here.Vault.Open(more) is null));
    }

    [Fact]
    public async Task A_restart_of_the_database_fails_nobody_who_opens_a_word_after_it()
    {
        var settings = await SettingsAsync();
        await using var here = await TestConnector.StartAsync(settings);
        var (_, words) = await SealedAsync(here.Vault, here.Vault);
        // As many lines rest in the pool as were in use at once.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => here.Vault.EnsureKeyAsync(DataSubjectId.New(), default)));
        await AskAsync(settings, "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        ((PersonalDataVault)here.Vault).ForgetAll();
        Assert.Equal("было", here.Vault.Open(words));
        ((PersonalDataVault)here.Vault).ForgetAll();
        await here.Vault.PrefetchAsync([words.Subject], default);
        Assert.Equal("было", here.Vault.Open(words));
    }

    [Fact]
    public async Task A_process_has_one_line_for_all_its_parts_and_it_outlives_the_first_of_them()
    {
        var settings = await SettingsAsync();
        var first = await TestConnector.StartAsync(settings);
        await using (var second = await TestConnector.StartAsync(settings))
        {
            await using var third = await TestConnector.StartAsync(settings);
            await ListenedToAsync(settings);
            Assert.Equal(1L, await AskAsync(settings, Ears));
            await first.DisposeAsync();
            var (subject, words) = await SealedAsync(second.Vault, third.Vault);
            await second.Vault.DestroyAsync(subject, default);
            await UntilAsync(() => Task.FromResult(third.Vault.Open(words) is null));
            Assert.Equal(1L, await AskAsync(settings, Ears));
        }

        await UntilAsync(async () => (long)(await AskAsync(settings, Ears))! == 0);
    }

    [Fact]
    public async Task A_key_that_was_read_before_its_end_is_not_kept_after_it()
    {
        var settings = await SettingsAsync();
        await using var here = await TestConnector.StartAsync(settings);
        await using var there = await TestConnector.StartAsync(settings);
        await ListenedToAsync(settings);
        for (var round = 0; round < 30; round++)
        {
            var subjects = Enumerable.Range(0, 20).Select(_ => DataSubjectId.New()).ToList();
            foreach (var subject in subjects)
            {
                await here.Vault.EnsureKeyAsync(subject, default);
            }

            // The other reads the keys for the first time while they are destroyed.
            await Task.WhenAll(
                Task.WhenAll(subjects.Select(subject => here.Vault.DestroyAsync(subject, default))),
                Task.WhenAll(subjects.Select(subject => there.Vault.PrefetchAsync([subject], default))));
            await UntilAsync(() => Task.FromResult(subjects.All(subject => there.Vault.KeyOf(subject) is null)));
        }
    }

    private Task<IConfiguration> SettingsAsync() => postgres.SettingsAsync(("Vault:KeyLifetime", "01:00:00"));

    /// <summary>Both have opened it and would go on doing so for an hour.</summary>
    private static async Task<(DataSubjectId Subject, Sealed Words)> SealedAsync(IPersonalDataVault here, IPersonalDataVault there)
    {
        var subject = DataSubjectId.New();
        await here.EnsureKeyAsync(subject, default);
        var words = here.Seal(subject, "было");
        Assert.Equal("было", there.Open(words));
        return (subject, words);
    }

    private static Task ListenedToAsync(IConfiguration settings) => UntilAsync(async () =>
        (long)(await AskAsync(settings, $"{Ears} and wait_event = 'ClientRead' and query like 'listen%'"))! == 1);

    private static async Task<object?> AskAsync(IConfiguration settings, string sql)
    {
        await using var connection = new NpgsqlConnection(settings.GetConnectionString("Vault"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> look)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await look())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < AtOnce, $"It did not happen within {AtOnce.TotalSeconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
