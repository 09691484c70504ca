using System.Net;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using MedCrm.Hosting.Names;
using MedCrm.Hosting.Vault;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MedCrm.Connectors.Website;

/// <summary>A request, freed of HTTP.</summary>
/// <param name="Query">With the question mark; without the secret.</param>
internal sealed record Submission(
    string Path, string Query, string? ContentType, string? Referrer, string? Origin, IPAddress? RemoteAddress, string? IdempotencyKey, ReadOnlyMemory<byte> Body);

/// <summary>What becomes of a submission.</summary>
internal abstract record Reception
{
    /// <summary>Durable. Junk and what nobody could read too: a person decides.</summary>
    public sealed record Stored(string ReceiptId) : Reception;

    /// <summary>Tilda asks whether somebody is at home.</summary>
    public sealed record Ping : Reception;

    /// <summary>There is nothing in it.</summary>
    public sealed record Empty : Reception;
}

/// <summary>Takes a submission in: reads it, judges it, hands it to the sink.</summary>
internal sealed class FormReception(
    IInboundSink sink,
    IPersonalDataVault vault,
    FormTokens tokens,
    SubmissionKeys keys,
    ArrivalRates rates,
    IOptionsMonitor<WebsiteOptions> options,
    TimeProvider clock,
    ILogger<FormReception> log) : IRawInputMapper
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<Reception> ReceiveAsync(FormOptions form, Submission submission, CancellationToken ct)
    {
        var reading = await ReadAsync(form, submission.ContentType, submission.Body, ct);
        if (reading.Form is { Files.Count: 0, Fields: [{ Name: "test", Value: "test" }] })
        {
            return new Reception.Ping();
        }

        if (submission.Body.IsEmpty || reading.Form?.IsEmpty == true)
        {
            return new Reception.Empty();
        }

        var receiptId = keys.ReceiptOf(form, submission.IdempotencyKey, reading.Form, submission.Body);
        var receivedAt = clock.GetUtcNow();

        // A server that posts for its visitors tells their address; anybody else is whom we see.
        var told = form.ApiKey is not null && IPAddress.TryParse(reading.Form?["_remote_ip"], out var address) ? address : null;
        var remote = (told ?? submission.RemoteAddress)?.ToString();
        var suspicions = new List<string>();
        if (form.AllowedOrigins.Count > 0 && submission.Origin is { } origin && !Cors.IsAllowed(form, origin))
        {
            suspicions.Add("origin");
        }

        if (reading.Form is not null && tokens.Complaint(form, reading.Form[form.TokenField]) is { } complaint)
        {
            suspicions.Add(complaint);
        }

        var facts = new SubmissionFacts(receiptId, receivedAt, remote, submission.Referrer, Query(submission.Query), suspicions);
        var (message, reason) = Understand(form, reading, facts);
        if (IsTooOften(form, remote, message))
        {
            suspicions.Add("rate");
            message = message is null ? null : message with { Suspicions = [.. message.Suspicions, "rate"] };
        }

        var raw = HttpMessage.Write(submission.Path + submission.Query, submission.ContentType, submission.Referrer, remote, receivedAt, suspicions, submission.Body);
        var input = new RawInput(form.Channel, receiptId, HttpMessage.MediaType, _ => Task.FromResult<Stream>(HttpMessage.Open(raw))) { QuarantineReason = reason };
        var result = await StoreAsync(input, message is null ? [] : [message], ct);
        Log.Received(log, form.Key, receiptId, result, reason);
        return new Reception.Stored(receiptId);
    }

    // Whoever posts gives up after a while; told to come again, they meet the key of what may have been stored after all.
    private async Task<AcceptResult> StoreAsync(RawInput input, IReadOnlyList<InboundEvent> events, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await sink.AcceptAsync(input, events, checkpoint: null, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new ConnectorNotReadyException($"The connectors' database took longer than {Patience.TotalSeconds:0} s.", e);
        }
    }

    public async Task<MappedInput> MapAsync(RawInput raw, CancellationToken ct)
    {
        using var buffer = new MemoryStream();
        await using (var content = await raw.OpenAsync(ct))
        {
            await content.CopyToAsync(buffer, ct);
        }

        if (options.CurrentValue.Forms.Find(f => f.Channel == raw.Channel) is not { } form)
        {
            return new([], "unknown-form");
        }

        if (HttpMessage.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length)) is not { } http)
        {
            return new([], "unreadable");
        }

        var query = http.Target.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? http.Target[at..] : "";
        var facts = new SubmissionFacts(raw.ExternalId, http.ReceivedAt ?? clock.GetUtcNow(), http.RemoteAddress, http.Referrer, Query(query), http.Suspicions);
        var (message, reason) = Understand(form, await ReadAsync(form, http.ContentType, http.Body, ct), facts);
        return new(message is null ? [] : [message], reason);
    }

    private static Task<FormReading> ReadAsync(FormOptions form, string? contentType, ReadOnlyMemory<byte> body, CancellationToken ct) =>
        FormReader.ReadAsync(contentType, body, form.MaxFields, ct);

    private (InboundMessage? Message, string? QuarantineReason) Understand(FormOptions form, FormReading reading, SubmissionFacts facts)
    {
        if (reading.Form is null)
        {
            return (null, reading.QuarantineReason);
        }

        try
        {
            var message = WebsiteMapper.Map(form, reading.Form, facts);
            return (message with { ExternalConversationId = ConversationOf(form, message) }, null);
        }
#pragma warning disable CA1031 // A mistake of ours must not cost the clinic a patient: what was sent is kept, and replayed when we are mended.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.MapperStumbled(log, form.Key, facts.ReceiptId, e.GetType().Name, e.StackTrace);
            return (null, "unreadable");
        }
    }

    // One form, one address, one name: on a family's telephone an answer must not go to the mailbox that somebody else of them gave.
    private string? ConversationOf(FormOptions form, InboundMessage message) => message.From is [var first, ..]
        ? $"{form.Key}:{vault.SubjectOf(first.System, first.Value).Value:N}:{vault.HashOf($"name:{NameText.KeyOfAll(message.DisplayName)}")}"
        : null;

    // Who posts for many, with our key, is not counted by address; the people behind it are.
    private bool IsTooOften(FormOptions form, string? remote, InboundMessage? message)
    {
        var byAddress = form.ApiKey is null && remote is not null && rates.IsExceeded(form.Key, remote, form.RatePerMinute);
        var phone = message?.From.FirstOrDefault(address => address.System == ContactPointSystem.Phone);
        return (phone is not null && rates.IsExceeded(form.Key, phone.Value, form.RatePerMinute)) || byAddress;
    }

    private static List<SubmittedField> Query(string query) =>
        [.. QueryHelpers.ParseQuery(query).Where(pair => pair.Key.Length <= 100).Take(50).Select(pair => new SubmittedField(pair.Key, pair.Value.ToString()))];
}
