using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Contracts.Chat;
using MedCrm.Hosting.Blobs;
using Xunit;

namespace MedCrm.Connectors.Testing;

/// <summary>The checks C1 to C22. Each sets a stage of its own and ends with an exception that says what is wrong.</summary>
public static class ConformanceChecks
{
    private const string Golden = "MEDCRM_WRITE_GOLDEN";

    // A message of ours that a webhook's caller still waits for; vendors give up after 5 to 60 seconds.
    private static readonly TimeSpan WebhookPatience = TimeSpan.FromSeconds(15);

    // Pauses grow: after the third trouble the next attempt may be half a minute away.
    private static readonly TimeSpan BackOffPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);
    private static readonly string[] ReasonCodes = ["bad-address", "mailbox-full", "rejected", "too-large", "auth-refused", "expired", "blocked"];

    // Only what a channel may honestly lack; the rest holds for everybody.
    private static readonly string[] MayBeLeftOut = ["C1", "C9", "C14", "C16", "C17", "C18", "C19", "C21"];

    private static readonly Dictionary<string, Func<Stage, CancellationToken, Task>> All = typeof(ConformanceChecks)
        .GetMethods(BindingFlags.NonPublic | BindingFlags.Static)
        .Where(method => ConformanceReport.Checks.Contains(method.Name))
        .ToDictionary(method => method.Name, method => method.CreateDelegate<Func<Stage, CancellationToken, Task>>());

    /// <summary>Why a check does not apply to a channel. Null: it does.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">The peer leaves out what its manifest promises, or what nobody may leave out.</exception>
    public static string? WhyNot(string check, ChannelPeer peer)
    {
        var manifest = ConnectorManifest.Read(peer.Folder);
        var byManifest = check switch
        {
            "C5" or "C7" when !manifest.Asks || peer.Mode == "webhook" => "it is called and dials nobody; whoever calls repeats",
            "C8" or "C9" or "C10" when !manifest.IsCalled || peer.Mode is "poll" or "push" => "it asks; nobody calls it",
            "C12" when manifest.Can("calls") => "a call has no text",
            "C13" or "C14" or "C15" or "C16" when !manifest.Sends => "it only listens",
            "C17" when !manifest.Can("edits") => "the channel has no edits",
            "C19" when !manifest.Can("attachments") => "the channel carries no files",
            "C21" when !peer.TellsTime => "the channel tells no times",
            _ => null,
        };
        if (byManifest is not null)
        {
            return byManifest;
        }

        if (!peer.NotApplicable.TryGetValue(check, out var reason))
        {
            return null;
        }

        Assert.True(MayBeLeftOut.Contains(check), $"{check} holds for every connector and cannot be left out.");
        Assert.False(check == "C17" || check == "C19", $"{check} is left out, but connector.json promises the capability.");
        Assert.True(reason.Trim().Contains(' ', StringComparison.Ordinal), $"{check} is left out without a reason.");
        return reason;
    }

    /// <summary>Runs one check.</summary>
    public static async Task RunAsync(string check, ChannelPeer peer, PostgresFixture postgres, CancellationToken ct)
    {
        await using var stage = await Stage.SetAsync(peer, postgres, ct);
        await All[check](stage, ct);
    }

    private static async Task C1(Stage stage, CancellationToken ct)
    {
        var good = await stage.StartWorkerAsync();
        var test = good.Find<IConnectionTest>();
        Assert.True(test is not null, "The connector brings no IConnectionTest.");
        var reports = await test.TestAsync(ct);
        Assert.NotEmpty(reports);
        Assert.All(reports, report => Assert.True(report.Ok, $"{report.Channel}: {report.Message}"));
        var bad = await stage.StartWorkerAsync(settings: stage.Peer.WithBadCredentials(stage.Settings) ?? throw new InvalidOperationException("The peer knows no bad credentials; leave C1 out with a reason."));
        var refused = await bad.Get<IConnectionTest>().TestAsync(ct);
        Assert.Contains(refused, report => !report.Ok);
        Assert.All(refused.Where(report => !report.Ok), report => Assert.True(report.Message.Length > 20, $"'{report.Message}' tells nobody what to do."));
        Assert.All(reports.Concat(refused), report => Assert.DoesNotContain(stage.Peer.Secrets, secret => report.Message.Contains(secret, StringComparison.Ordinal)));
    }

    private static async Task C2(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var files = SampleFiles(stage);
        Assert.True(files.Count >= 3, $"{stage.Peer.Samples} holds {files.Count} samples; three are the least.");
        var mistakes = new List<string>();
        foreach (var file in files)
        {
            var picture = await PictureAsync(stage, file, ct);
            var golden = GoldenOf(file);
            if (Environment.GetEnvironmentVariable(Golden) == "1")
            {
                await File.WriteAllTextAsync(golden, picture, ct);
            }
            else if (!File.Exists(golden) || await File.ReadAllTextAsync(golden, ct) != picture)
            {
                mistakes.Add($"{Path.GetFileName(golden)} is not what was understood ({Golden}=1 writes it):\n{picture}");
            }
        }

        Assert.True(mistakes.Count == 0, string.Join('\n', mistakes));
    }

    private static async Task C3(Stage stage, CancellationToken ct)
    {
        var letters = Letters("c3", 6);
        var first = await stage.StartWorkerAsync(shared: true);
        var second = await stage.StartWorkerAsync(shared: true);
        await Task.WhenAll(letters.SelectMany(letter => new[] { first, second, first, second }.Select(async worker =>
        {
            while (await stage.Peer.DeliverAsync(stage.Peer.Compose(letter), worker, ct) == Delivery.NotAcknowledged)
            {
                await Task.Delay(100, ct);
            }
        })));
        await stage.HeardOnceAsync(Texts(letters), ct);
        foreach (var letter in letters)
        {
            await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        }

        var last = Letters("c3-last", 1)[0];
        await stage.DeliverAsync(stage.Peer.Compose(last), ct);
        await stage.HeardOnceAsync([.. Texts(letters), last.Text], ct);
    }

    private static async Task C4(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var told = new List<string>();
        foreach (var dies in new[] { true, false })
        {
            foreach (var moment in Enum.GetValues<CrashMoment>())
            {
                var letter = Letters($"c4-{moment}-{dies}", 1)[0];
                var crash = stage.Database.CutAtCommit(moment, $"{stage.Manifest.Key}/");
                var delivery = stage.DeliverAsync(stage.Peer.Compose(letter), ct);
                await crash.WaitAsync(TimeSpan.FromSeconds(30), ct);
                if (dies)
                {
                    var dead = stage.Worker;
                    await dead.CrashAsync();
                    stage.Database.Up();
                    await stage.StartWorkerAsync();
                }
                else
                {
                    stage.Database.Up();
                }

                Assert.Equal(Delivery.Acknowledged, await delivery);
                told.Add(letter.Text);

                // Where the process lives on, what it does not know to be stored is sent by the sweep of the outbox (Bus:ResendAfter).
                await stage.HeardAsync(letter.Text, Sweep);
                await stage.HeardOnceAsync(told, ct, Sweep);
            }
        }
    }

    private static async Task C5(Stage stage, CancellationToken ct)
    {
        var line = stage.Peer.Line ?? throw new InvalidOperationException("A connector that dials needs a peer behind a line.");
        await stage.StartWorkerAsync();
        var letters = Letters("c5", 4);
        await stage.DeliverAsync(stage.Peer.Compose(letters[0]), ct);
        await stage.HeardAsync(letters[0].Text);

        line.IsRefusing = true;
        line.Cut();
        await Eventually.TrueAsync(() => stage.Worker.Health.Any(channel => channel.State == ChannelState.Lagging));
        var before = line.Attempts;
        await Task.Delay(TimeSpan.FromSeconds(6), ct);
        Assert.InRange(line.Attempts - before, 1, 20);
        Assert.InRange(stage.Logs.Lines.Count(log => log.Contains(" is lost ", StringComparison.Ordinal)), 1, stage.Worker.Health.Count);
        line.Up();
        await stage.DeliverAsync(stage.Peer.Compose(letters[1]), ct);
        await stage.HeardAsync(letters[1].Text, BackOffPatience);
        await Eventually.TrueAsync(() => stage.Worker.Health.All(channel => channel.State == ChannelState.Connected));

        line.HalfClose();
        await stage.DeliverAsync(stage.Peer.Compose(letters[2]), ct);
        await stage.HeardAsync(letters[2].Text, BackOffPatience);

        line.Cut();
        await stage.DeliverAsync(stage.Peer.Compose(letters[3]), ct);
        await stage.HeardAsync(letters[3].Text, BackOffPatience);
        await stage.HeardOnceAsync(Texts(letters), ct);
    }

    private static async Task C6(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letters = Letters("c6", 9);
        foreach (var letter in Traffic.Rough(letters, seed: 6))
        {
            await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        }

        await stage.HeardOnceAsync(Texts(letters), ct);
        foreach (var file in Traffic.Shuffled(SampleFiles(stage), seed: 6))
        {
            var golden = GoldenOf(file);
            Assert.True(File.Exists(golden), $"{Path.GetFileName(golden)} is missing.");
            Assert.Equal(await File.ReadAllTextAsync(golden, ct), await PictureAsync(stage, file, ct));
        }
    }

    private static async Task C7(Stage stage, CancellationToken ct)
    {
        var letters = Letters("c7", 12);
        await stage.StartWorkerAsync();
        await stage.DeliverAsync(stage.Peer.Compose(letters[0]), ct);
        await stage.HeardAsync(letters[0].Text);
        await stage.Worker.StopAsync();
        foreach (var letter in letters.Skip(1))
        {
            // Nobody is there to take it; the channel keeps it.
            await stage.Peer.DeliverAsync(stage.Peer.Compose(letter), stage.Worker, ct);
        }

        await stage.StartWorkerAsync();
        await stage.HeardOnceAsync(Texts(letters), ct);
    }

    private static async Task C8(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letter = Letters("c8", 1)[0];
        var forgeries = stage.Peer.Forgeries(letter);
        Assert.True(forgeries.Count > 0, "A peer of a webhook must bring forgeries: no key, a wrong one, an old timestamp.");
        await ExpectAsync(stage, forgeries, ct);
        Assert.Equal(0, await stage.CountStoredAsync(ct));
        Assert.Empty(stage.Texts);
    }

    private static async Task C9(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        Assert.True(stage.Peer.Greetings.Count > 0, "The peer brings no greetings; leave C9 out with a reason if the vendor sends none.");
        await ExpectAsync(stage, stage.Peer.Greetings, ct);
        Assert.Equal(0, await stage.CountStoredAsync(ct));
    }

    // Adapted from "answers within 2 s while the database takes 5": a webhook here says yes only to what is stored, so on a slow day it
    // answers late, and on a very slow one 503, after which every vendor calls again and meets its own key.
    private static async Task C10(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letters = Letters("c10", 3);
        await stage.DeliverAsync(stage.Peer.Compose(letters[0]), ct);
        foreach (var (letter, pause) in letters.Skip(1).Zip(new[] { TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(5) }))
        {
            stage.Database.Delay = pause;
            var stored = await stage.CountStoredAsync(ct);
            var started = Stopwatch.GetTimestamp();
            var answer = await stage.Peer.DeliverAsync(stage.Peer.Compose(letter), stage.Worker, ct);
            var took = Stopwatch.GetElapsedTime(started);
            Assert.True(took < WebhookPatience, $"The caller waited {took.TotalSeconds:0.0} s with a database that takes {pause.TotalSeconds} s for each step.");
            Assert.NotEqual(Delivery.Refused, answer);
            if (answer == Delivery.Acknowledged)
            {
                Assert.True(await stage.CountStoredAsync(ct) > stored, "It said yes before it had stored anything.");
            }

            stage.Database.Delay = TimeSpan.Zero;
            await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        }

        stage.Database.IsRefusing = true;
        stage.Database.Cut();
        Assert.Equal(Delivery.NotAcknowledged, await stage.Peer.DeliverAsync(stage.Peer.Compose(Letters("c10-away", 1)[0]), stage.Worker, ct));
        stage.Database.Up();
        await stage.HeardOnceAsync(Texts(letters), ct);
    }

    private static async Task C11(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letters = Letters("c11", 2);
        await stage.DeliverAsync(stage.Peer.Compose(letters[0]), ct);
        await stage.HeardAsync(letters[0].Text);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var stored = await stage.CountStoredAsync(ct);
        foreach (var content in HostileContent.All())
        {
            if (stage.Peer.Wrap(content) is not { } sample)
            {
                continue;
            }

            if (await stage.DeliverAsync(sample with { Name = content.Name }, ct) == Delivery.Acknowledged)
            {
                await stage.StoredAsync(++stored, ct);
            }
        }

        await stage.DeliverAsync(stage.Peer.Compose(letters[1]), ct);
        await stage.HeardAsync(letters[1].Text);
        Assert.All(stage.Worker.Health, channel => Assert.Equal(ChannelState.Connected, channel.State));
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;

        // Generous: other suites run beside this one in the same process.
        Assert.True(kept < 1024L * 1024 * 1024, $"{kept / 1024 / 1024} MiB are still held after hostile content.");
        Assert.DoesNotContain(stage.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("unhandled exception", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task C12(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var texts = new[]
        {
            "Здравствуйте! Ёжик съел щавель — 20 °C, №5, «кавычки».",
            "👩‍⚕️ спасибо 😀🇷🇺 и ещё 👨‍👩‍👧",
            "שלום עולם and مرحبا mixed with русский",
            "Строка первая\nСтрока вторая\n\nС уважением",
            "c12 " + string.Concat(Enumerable.Repeat("длинный текст с эмодзи 😀 ", 400)).Trim(),
        };
        for (var i = 0; i < texts.Length; i++)
        {
            await stage.DeliverAsync(stage.Peer.Compose(new Letter($"c12-{i}", texts[i]) { Person = 12 + i }), ct);
            Assert.Equal(Stage.Plain(texts[i]), Stage.Plain(stage.Open((await stage.HeardAsync(texts[i])).Text)));
        }

        if (!stage.Manifest.Sends)
        {
            return;
        }

        for (var i = 0; i < texts.Length; i++)
        {
            var heard = await stage.HeardAsync(texts[i]);
            var answer = await stage.AnswerAsync(heard, texts[i]);
            Assert.Equal(DeliveryStatus.Sent, (await stage.ReportAsync(answer)).Status);
            await stage.SeenAsync(stage.AddressOf(heard), seen => Letterwise(string.Concat(seen.Select(part => part.Text))) == Letterwise(texts[i]), ct);
        }
    }

    private static async Task C13(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letters = Letters("c13", 2);
        foreach (var letter in letters)
        {
            await stage.DeliverAsync(stage.Peer.Compose(letter with { Person = 13 }), ct);
        }

        var (first, second) = (await stage.HeardAsync(letters[0].Text), await stage.HeardAsync(letters[1].Text));
        foreach (var (heard, text) in new[] { (second, "Ответ на второе"), (first, "Ответ на первое") })
        {
            var answer = await stage.AnswerAsync(heard, text);
            var report = await stage.ReportAsync(answer);
            Assert.Equal((DeliveryStatus.Sent, null), (report.Status, report.ReasonCode));
            var seen = await stage.SeenAsync(stage.AddressOf(heard), all => all.Any(one => Stage.Plain(one.Text) == text), ct);
            var shown = Assert.Single(seen, one => Stage.Plain(one.Text) == text);

            // A messenger's dialog is one thread, and to quote each message that is answered would only be noise there.
            Assert.Equal(stage.Manifest.Can("one-thread") ? null : heard.Aliases.Count > 0 ? heard.Aliases[0] : heard.ExternalMessageId, shown.RepliesTo);
        }
    }

    private static async Task C14(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letter = Letters("c14", 1)[0];
        await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        var heard = await stage.HeardAsync(letter.Text);
        var wait = TimeSpan.FromSeconds(3);
        await stage.Peer.ThrottleAsync(wait, ct);
        var started = Stopwatch.GetTimestamp();
        var answers = new List<DeliverMessage>();
        foreach (var n in Enumerable.Range(1, 3))
        {
            answers.Add(await stage.AnswerAsync(heard, $"Ответ {n}"));
            await Task.Delay(300, ct);
        }

        foreach (var answer in answers)
        {
            Assert.Equal(DeliveryStatus.Sent, (await stage.ReportAsync(answer)).Status);
        }

        Assert.True(Stopwatch.GetElapsedTime(started) >= wait, "It was sent before the channel's pause had passed.");
        var seen = await stage.SeenAsync(stage.AddressOf(heard), all => all.Count >= 3, ct);
        Assert.Equal(["Ответ 1", "Ответ 2", "Ответ 3"], seen.Select(one => Stage.Plain(one.Text)));
    }

    private static async Task C15(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letter = Letters("c15", 1)[0];
        await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        var answer = await stage.AnswerAsync(await stage.HeardAsync(letter.Text), "Ответ в никуда", stage.Peer.Unreachable);
        var started = Stopwatch.GetTimestamp();
        ReportDelivery? failed;
        while ((failed = stage.Chat.Heard.Reports.FirstOrDefault(report => report.MessageId == answer.MessageId && report.Status == DeliveryStatus.Failed)) is null)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < stage.Peer.Patience, "An answer to somebody out of reach for good has not failed.");
            await Task.Delay(100, ct);
        }

        Assert.Contains(failed.ReasonCode, ReasonCodes);
    }

    private static async Task C16(Stage stage, CancellationToken ct)
    {
        var line = stage.Peer.SendLine ?? throw new InvalidOperationException("A connector that sends needs a peer behind a line.");
        await stage.StartWorkerAsync();
        var letter = Letters("c16", 1)[0];
        await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        var heard = await stage.HeardAsync(letter.Text);
        var cut = line.CutAnswerTo(stage.Peer.SendMark);
        var answer = await stage.AnswerAsync(heard, "Один раз");
        await cut.WaitAsync(TimeSpan.FromSeconds(30), ct);
        line.Up();
        await Eventually.AsyncOf(() => stage.Chat.Heard.Reports.FirstOrDefault(report => report.MessageId == answer.MessageId), stage.Peer.Patience);
        var report = stage.Chat.Heard.Reports.First(report => report.MessageId == answer.MessageId);
        if (report is { Status: DeliveryStatus.Failed, ReasonCode: "unconfirmed" })
        {
            // A channel that has neither idempotency nor a history to look it up in tells a person, who asks before repeating it; and leaves it at that.
            await Task.Delay(TimeSpan.FromSeconds(5), ct);
            Assert.InRange((await stage.Peer.SeenAsync(stage.AddressOf(heard), ct)).Count, 0, 1);
            return;
        }

        Assert.Equal(DeliveryStatus.Sent, report.Status);

        // A channel without idempotency of its own may show it again, but under one id, by which programs fold copies.
        var seen = await stage.SeenAsync(stage.AddressOf(heard), all => all.Count > 0, ct);
        Assert.Single(seen.Select(one => one.ExternalId ?? Guid.NewGuid().ToString()).Distinct());
    }

    private static async Task C17(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letter = Letters("c17", 1)[0];
        await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        await stage.HeardAsync(letter.Text);
        await stage.DeliverAsync(stage.Peer.Edit(letter, "Исправлено"), ct);
        await stage.HeardOnceAsync([letter.Text, "Исправлено"], ct);
    }

    private static async Task C18(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letter = Letters("c18", 1)[0];
        await stage.DeliverAsync(stage.Peer.Automatic(letter), ct);
        var heard = await stage.HeardAsync(letter.Text);
        Assert.True(heard.Automated, "A machine's message is not marked as one; it would open a request.");
        if (stage.Manifest.Sends)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), ct);
            Assert.Empty(await stage.Peer.SeenAsync(stage.AddressOf(heard), ct));
        }
    }

    private static async Task C19(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var files = new (LetterFile File, string Name, string MediaType)[]
        {
            (new("снимок.png", "image/png", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 1, 2]), "снимок.png", "image/png"),
            (new("cat.png", "image/png", [(byte)'M', (byte)'Z', 1, 2, 3]), "cat.png", "application/x-msdownload"),
            (new("page.jpg", "image/jpeg", [.. "<!DOCTYPE html><script>alert(1)</script>"u8]), "page.jpg", "text/html"),
            (new("../../etc/passwd.txt", "text/plain", [.. "root"u8]), "passwd.txt", "text/plain"),
        };
        for (var i = 0; i < files.Length; i++)
        {
            var letter = new Letter($"c19-{i}", $"c19 файл {i}") { File = files[i].File };
            await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
            var file = Assert.Single((await stage.HeardAsync(letter.Text)).Attachments);
            Assert.Equal((files[i].Name, files[i].MediaType, files[i].File.Content.LongLength), (stage.Open(file.FileName), file.MediaType.Split(';')[0], file.Size));
            using var bytes = new MemoryStream();
            await using (var content = await stage.Worker.Get<IBlobStore>().OpenAsync(file.BlobId, ct))
            {
                await content!.CopyToAsync(bytes, ct);
            }

            Assert.Equal(files[i].File.Content, bytes.ToArray());
        }
    }

    private static async Task C20(Stage stage, CancellationToken ct)
    {
        const string Canary = "канарейка-8891";
        await stage.StartWorkerAsync();
        var letter = new Letter("c20", $"Мой диагноз: {Canary}") { Name = $"Анна {Canary}", Person = 20 };
        await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        var heard = await stage.HeardAsync(letter.Text);
        var words = heard.ContactPoints.Select(point => stage.Open(point.Value)).ToList();
        if (stage.Peer.Wrap(new HostileContent("canary", System.Text.Encoding.UTF8.GetBytes($$"""{"text":"{{Canary}}","from":"{{words[0]}}" """))) is { } broken)
        {
            await stage.DeliverAsync(broken, ct);
        }

        if (stage.Manifest.Sends)
        {
            var answer = await stage.AnswerAsync(heard, $"Ответ {Canary}");
            await stage.ReportAsync(answer);
            await stage.AnswerAsync(heard, $"Ответ в никуда {Canary}", stage.Peer.Unreachable);
            words.Add(stage.Peer.Unreachable);
        }

        stage.Database.IsRefusing = true;
        stage.Database.Cut();
        await stage.Peer.DeliverAsync(stage.Peer.Compose(letter with { Id = "c20-away" }), stage.Worker, ct);
        await Task.Delay(TimeSpan.FromSeconds(2), ct);
        stage.Database.Up();
        await stage.DeliverAsync(stage.Peer.Compose(letter with { Id = "c20-last", Text = "c20 последнее" }), ct);
        await stage.HeardAsync("c20 последнее");
        Assert.NotEmpty(stage.Logs.Lines);
        foreach (var word in words.Append(Canary).Concat(stage.Peer.Secrets))
        {
            Assert.False(
                stage.Logs.Lines.Any(line => line.Contains(word, StringComparison.OrdinalIgnoreCase)),
                $"A log line holds what it must not: {stage.Logs.Lines.FirstOrDefault(line => line.Contains(word, StringComparison.OrdinalIgnoreCase))?.Split('\n')[0]}");
        }
    }

    private static async Task C21(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var moscow = new DateTimeOffset(TimeProvider.System.GetUtcNow().AddHours(-20).UtcDateTime.Date.AddHours(1), TimeSpan.Zero).ToOffset(TimeSpan.FromHours(3));
        var past = new Letter("c21-past", "c21 в прошлом") { SentAt = moscow };
        await stage.DeliverAsync(stage.Peer.Compose(past), ct);
        Assert.Equal(moscow.UtcDateTime, (await stage.HeardAsync(past.Text)).SentAt.UtcDateTime);
        var future = new Letter("c21-future", "c21 в будущем") { SentAt = TimeProvider.System.GetUtcNow().AddDays(1) };
        await stage.DeliverAsync(stage.Peer.Compose(future), ct);
        var heard = await stage.HeardAsync(future.Text);
        Assert.True(heard.SentAt <= heard.ReceivedAt, "A clock that runs ahead puts a message above those that come after it.");
    }

    private static async Task C22(Stage stage, CancellationToken ct)
    {
        await stage.StartWorkerAsync();
        var letter = Letters("c22", 1)[0];
        await stage.DeliverAsync(stage.Peer.Compose(letter), ct);
        await stage.HeardAsync(letter.Text);
        await StopsAsync("idle");

        await stage.StartWorkerAsync();
        var traffic = Letters("c22-busy", 20);
        var sending = traffic.Select(one => stage.Peer.DeliverAsync(stage.Peer.Compose(one), stage.Worker, ct)).ToList();
        await Task.Delay(200, ct);
        await StopsAsync("busy");
        await Task.WhenAll(sending);

        if (stage.Peer.Line is { } line)
        {
            line.IsSilent = true;
            await stage.StartWorkerAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
            await StopsAsync("waiting for a peer that says nothing");
        }

        async Task StopsAsync(string what)
        {
            var took = await stage.Worker.StopAsync().WaitAsync(TimeSpan.FromSeconds(40), ct);
            Assert.True(took < StopPatience, string.Create(CultureInfo.InvariantCulture, $"It took {took.TotalSeconds:0.0} s to stop while {what}."));
        }
    }

    private static IReadOnlyList<Letter> Letters(string check, int count) =>
        [.. Enumerable.Range(1, count).Select(n => new Letter($"{check}-{n}", $"{check}: письмо {n}") { Person = n })];

    private static List<string> Texts(IEnumerable<Letter> letters) => [.. letters.Select(letter => letter.Text)];

    // A long text may be cut anywhere, also between two words.
    private static string Letterwise(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static List<string> SampleFiles(Stage stage) =>
        [.. Directory.EnumerateFiles(stage.Peer.Samples).Where(file => !file.EndsWith(".expected.json", StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)];

    private static string GoldenOf(string sample) => sample + ".expected.json";

    private static async Task<string> PictureAsync(Stage stage, string file, CancellationToken ct)
    {
        var known = await stage.InputsAsync(ct);
        var heard = stage.Chat.Heard;
        var calls = stage.EndedCalls.Select(call => call.CallId).ToHashSet();
        var (reports, removals, reachability) = (heard.Reports.Count, heard.Removals.Count, heard.Reachability.Count);
        var delivery = await stage.DeliverAsync(new Sample(Path.GetFileName(file), await File.ReadAllBytesAsync(file, ct)), ct);
        Assert.True(delivery == Delivery.Acknowledged, $"{Path.GetFileName(file)} was refused.");
        await stage.StoredAsync(known.Count + 1, ct);
        if (stage.Manifest.Can("calls"))
        {
            return await CallPictureAsync(stage, known, calls, ct);
        }

        var (id, reason) = (await stage.InputsAsync(ct)).Single(input => !known.ContainsKey(input.Key));
        if (reason is not null)
        {
            return Stage.Picture(reason);
        }

        await Eventually.TrueAsync(() =>
            stage.Said.Any(message => message.RawInputId == id) || heard.Reports.Count > reports || heard.Removals.Count > removals || heard.Reachability.Count > reachability);
        return string.Concat(
            heard.Messages.Where(message => message.RawInputId == id).Select(message => stage.Picture(message))
                .Concat(heard.Changes.Where(change => change.Message.RawInputId == id).Select(change => stage.Picture(change.Message, change.EditedAt)))
                .Concat(heard.Removals.Skip(removals).Select(Stage.Picture))
                .Concat(heard.Reachability.Skip(reachability).Select(Stage.Picture)));
    }

    /// <summary>A call comes in as many inputs as the exchange likes.</summary>
    private static async Task<string> CallPictureAsync(Stage stage, IReadOnlyDictionary<Guid, string?> known, HashSet<CallId> before, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (!stage.EndedCalls.Any(call => !before.Contains(call.CallId)))
        {
            if ((await stage.InputsAsync(ct)).FirstOrDefault(input => !known.ContainsKey(input.Key) && input.Value is not null) is { Value: { } reason })
            {
                return Stage.Picture(reason);
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30), "Neither a call that is over nor a quarantined input came of it.");
            await Task.Delay(50, ct);
        }

        await stage.QuietAsync(ct);
        return string.Concat(stage.EndedCalls.Where(call => !before.Contains(call.CallId)).OrderBy(call => call.StartedAt).Select(stage.Picture));
    }

    private static async Task ExpectAsync(Stage stage, IEnumerable<WebhookAttempt> attempts, CancellationToken ct)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = stage.Worker.Url };
        foreach (var attempt in attempts)
        {
            using var request = attempt.Request();
            using var response = await client.SendAsync(request, ct);
            Assert.True(response.StatusCode == attempt.Status, $"{attempt.Name}: {(int)response.StatusCode} instead of {(int)attempt.Status}.");
            if (attempt.Body is { } body)
            {
                Assert.Equal(body, await response.Content.ReadAsStringAsync(ct));
            }
        }
    }
}
