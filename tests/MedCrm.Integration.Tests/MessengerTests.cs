using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Hosting.Bus;
using MedCrm.Integration.Tests.Hub;
using Xunit;

namespace MedCrm.Integration.Tests;

/// <summary>What only messengers do: albums, rewritten messages, a channel that is shut, a telephone that comes later.</summary>
public sealed class MessengerTests(Hubs hubs)
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, .. new byte[3000]];
    private static readonly byte[] Ogg = [.. "OggS"u8, .. Enumerable.Range(0, 5000).Select(i => (byte)i)];

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Pieces_of_an_album_are_one_message_in_whatever_order_they_come(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var anna = new Writer(hub);
        await anna.SayAsync(Change(anna.Message("album", "", File("2.jpg", "image/jpeg", Jpeg)), "2"));
        await anna.SayAsync(Change(anna.Message("album", "Три снимка", File("1.jpg", "image/jpeg", Jpeg)), "1"));
        await anna.SayAsync(Change(anna.Message("album", "", File("3.jpg", "image/jpeg", Jpeg)), "3"));
        var row = await anna.RowAsync(window);
        var entry = await window.EntryAsync((string)row["id"]!, item => item["attachments"]!.AsArray().Count == 3, "album of three");
        Assert.Equal("Три снимка", (string?)entry["text"]);
        Assert.Null(entry["editedAt"]);
        Assert.Single(await window.TimelineAsync((string)row["id"]!), item => (string?)item["kind"] == "inbound");
        Assert.Equal(("Три снимка", 1), await PreviewAsync(window, row));
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_rewritten_message_says_so_and_its_earlier_words_stay(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var anna = new Writer(hub);
        await anna.SayAsync(anna.Message("m1", "Запишите на 10"));
        var row = await anna.RowAsync(window);
        var edit = Change(anna.Message("m1", "Запишите на 11"), "e1", TimeProvider.System.GetUtcNow());
        await anna.SayAsync(edit);
        var entry = await window.EntryAsync((string)row["id"]!, item => (string?)item["text"] == "Запишите на 11", "rewritten message");
        Assert.Equal("Запишите на 10", (string?)Assert.Single(entry["earlier"]!.AsArray())!["text"]);
        Assert.NotNull(entry["editedAt"]);
        Assert.Equal("Запишите на 11", (await PreviewAsync(window, row)).Preview);

        // The same change twice is one change.
        await anna.SayAsync(edit);
        await anna.SayAsync(anna.Message("m2", "Спасибо"));
        await window.EntryAsync((string)row["id"]!, item => (string?)item["text"] == "Спасибо", "next message");
        Assert.Single((await window.TimelineAsync((string)row["id"]!)).Single(item => (string?)item["text"] == "Запишите на 11")["earlier"]!.AsArray());
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_message_that_was_taken_back_says_so_and_keeps_its_words(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var anna = new Writer(hub);
        await anna.SayAsync(anna.Message("m1", "Меня зовут Анна"));
        var row = await anna.RowAsync(window);
        await anna.SayAsync(anna.Removed("m1"));
        await anna.SayAsync(anna.Removed("m1"));
        var entry = await window.EntryAsync((string)row["id"]!, item => item["removedAt"] is not null, "removed message");
        Assert.Equal("Меня зовут Анна", (string?)entry["text"]);

        // The removal overtakes its message.
        await anna.SayAsync(anna.Removed("m2"));
        await anna.SayAsync(anna.Message("m2", "Этого я не писала"));
        await window.EntryAsync((string)row["id"]!, item => (string?)item["text"] == "Этого я не писала" && item["removedAt"] is not null, "message that was removed before it came");
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task Who_shuts_the_channel_cannot_be_answered_until_they_write_again(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var anna = new Writer(hub);
        await anna.SayAsync(anna.Message("m1", "Здравствуйте"));
        var row = await anna.RowAsync(window);
        var id = (string)row["id"]!;
        Assert.Equal("telegram", (string?)row["replyBy"]);
        await anna.SayAsync(anna.Blocked());
        await window.EventAsync(id, "unreachable");
        Assert.Null((await window.RequestAsync(id))["replyBy"]);
        var refusal = await window.RefusedAsync(HttpStatusCode.Conflict, $"/api/conversations/{row["conversationId"]}/messages", new { messageId = MessageId.New(), text = "x" });
        Assert.Equal("conversation.cannot-reply", (string?)refusal["title"]);
        await anna.SayAsync(anna.Message("m2", "Я снова здесь"));
        await window.EntryAsync(id, item => (string?)item["text"] == "Я снова здесь", "next message");
        Assert.Equal("telegram", (string?)(await window.RequestAsync(id))["replyBy"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_telephone_that_is_shared_later_tells_who_it_is(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var anna = new Writer(hub);
        await anna.SayAsync(anna.Message("m1", "Здравствуйте"));
        var row = await anna.RowAsync(window);
        Assert.Null(row["patient"]);
        await anna.SayAsync(anna.Message("m2", "Мой номер") with { From = [anna.Account, new Address(ContactPointSystem.Phone, "+79000000000")] });
        await window.EventAsync((string)row["id"]!, "identified");
        Assert.NotNull((await window.RequestAsync((string)row["id"]!))["patient"]);
    }

    [Theory, ClassData(typeof(BothTransports))]
    public async Task A_picture_and_a_voice_are_shown_in_place_and_nothing_that_could_run(BusTransport transport)
    {
        var hub = await hubs.WithAsync(transport);
        var window = await hub.WindowAsync();
        var anna = new Writer(hub);
        await anna.SayAsync(anna.Message("m1", "", File("Фото.jpg", "image/jpeg", Jpeg), File("Голос.ogg", "audio/ogg", Ogg), File("снимок.jpg", "image/jpeg", "<html><script>alert(1)</script>"u8.ToArray())));
        var row = await anna.RowAsync(window);
        var files = (await window.EntryAsync((string)row["id"]!, item => (string?)item["kind"] == "inbound", "message"))["attachments"]!.AsArray();

        using var picture = await window.Http.GetAsync($"/api/attachments/{files[0]!["blobId"]}?view=true");
        Assert.Equal(("image/jpeg", null), (picture.Content.Headers.ContentType?.MediaType, picture.Content.Headers.ContentDisposition?.DispositionType));
        Assert.Equal(Jpeg, await picture.Content.ReadAsByteArrayAsync());
        Assert.Contains("sandbox", picture.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        using var jump = new HttpRequestMessage(HttpMethod.Get, $"/api/attachments/{files[1]!["blobId"]}?view=true");
        jump.Headers.Range = new RangeHeaderValue(1000, 1999);
        using var voice = await window.Http.SendAsync(jump);
        Assert.Equal((HttpStatusCode.PartialContent, "audio/ogg"), (voice.StatusCode, voice.Content.Headers.ContentType?.MediaType));
        Assert.Equal(Ogg[1000..2000], await voice.Content.ReadAsByteArrayAsync());

        using var page = await window.Http.GetAsync($"/api/attachments/{files[2]!["blobId"]}?view=true");
        Assert.Equal(("application/octet-stream", "attachment"), (page.Content.Headers.ContentType?.MediaType, page.Content.Headers.ContentDisposition?.DispositionType));

        using var stranger = new HttpClient { BaseAddress = hub.GatewayUrl };
        using var refused = await stranger.GetAsync($"/api/attachments/{files[0]!["blobId"]}?view=true");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static async Task<(string? Preview, int Unread)> PreviewAsync(Window window, JsonNode row)
    {
        var now = await window.RequestAsync((string)row["id"]!);
        return ((string?)now["preview"], (int)now["unread"]!);
    }

    private static InboundMessageChange Change(InboundMessage message, string id, DateTimeOffset? editedAt = null) => new() { Channel = message.Channel, Message = message, ChangeId = id, EditedAt = editedAt };

    private static InboundAttachment File(string name, string mediaType, byte[] content) => new(name, mediaType, _ => Task.FromResult<Stream>(new MemoryStream(content)));

    /// <summary>A person who writes to a bot.</summary>
    private sealed class Writer(TestHub hub)
    {
        private readonly string _mark = Guid.NewGuid().ToString("N");

        public Address Account => new(ContactPointSystem.Account, $"telegram/{_mark}");

        public InboundMessage Message(string id, string text, params InboundAttachment[] files) => new()
        {
            Channel = "telegram/main",
            Kind = ChannelKind.Telegram,
            ExternalMessageId = $"{_mark}-{id}",
            ExternalConversationId = _mark,
            From = [Account],
            DisplayName = $"Анна {_mark[..8]}",
            Topic = "telegram/main",
            Text = text,
            Attachments = files,
            SentAt = TimeProvider.System.GetUtcNow(),
        };

        public InboundMessageRemoval Removed(string id) => new() { Channel = "telegram/main", ExternalMessageId = $"{_mark}-{id}", Contact = Account, RemovedAt = TimeProvider.System.GetUtcNow() };

        public ReachabilityReport Blocked() => new() { Channel = "telegram/main", Contact = Account, ExternalConversationId = _mark, Reachable = false, At = TimeProvider.System.GetUtcNow() };

        public Task<AcceptResult> SayAsync(InboundEvent happened) =>
            hub.Of<IInboundSink>("email").AcceptAsync(RawInput.FromBytes("telegram/main", Guid.NewGuid().ToString("N"), "application/json", "{}"u8.ToArray()), [happened], checkpoint: null, CancellationToken.None);

        public Task<JsonNode> RowAsync(Window window) =>
            Eventually.AsyncOf(async () => (await window.SearchAsync($"Анна {_mark[..8]}")).SingleOrDefault(), "row of the person");
    }
}
