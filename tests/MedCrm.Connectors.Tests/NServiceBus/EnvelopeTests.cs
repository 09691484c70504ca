using System.Text;
using MedCrm.Connectors.NServiceBus;
using RabbitMQ.Client;
using Xunit;

namespace MedCrm.Connectors.Tests.NServiceBus;

public sealed class EnvelopeTests
{
    [Fact]
    public void What_is_kept_reads_as_what_came()
    {
        var properties = new BasicProperties
        {
            MessageId = "m-1",
            Type = "MedCrm.Edge.ReportDelivery",
            Headers = new Dictionary<string, object?> { ["NServiceBus.ExceptionInfo.Message"] = "100 %\r\nat: here"u8.ToArray(), ["x: y"] = 17, ["none"] = null },
        };
        var came = Envelope.Of(properties, Encoding.UTF8.GetBytes("{\n\n\"Text\": \"да\"}"));
        var kept = Envelope.Parse(came.ToBytes());
        Assert.Equal(came.Headers, kept.Headers);
        Assert.Equal(came.Body.ToArray(), kept.Body.ToArray());
        Assert.Equal("100 %\r\nat: here", kept.Headers["NServiceBus.ExceptionInfo.Message"]);
        Assert.Equal(["MedCrm.Edge.ReportDelivery"], kept.Types);
    }

    [Fact]
    public void Without_headers_the_whole_is_body() => Assert.Equal("{}", Encoding.UTF8.GetString(Envelope.Parse(new Envelope(new Dictionary<string, string>(), "{}"u8.ToArray()).ToBytes()).Body.Span));

    [Fact]
    public void Times_are_those_of_NServiceBus()
    {
        var at = new DateTimeOffset(2026, 3, 2, 10, 0, 1, 123, TimeSpan.FromHours(3)).AddMicroseconds(456);
        Assert.Equal("2026-03-02 07:00:01:123456 Z", Envelope.Wire(at));
        Assert.Equal(at, new Envelope(new Dictionary<string, string> { [Envelope.TimeSent] = "2026-03-02 07:00:01:123456 Z" }, default).SentAt);
        Assert.Null(new Envelope(new Dictionary<string, string> { [Envelope.TimeSent] = "yesterday" }, default).SentAt);
    }
}
