using System.Text.Json;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Connectors.Tests.NServiceBus;

/// <summary>Buttons over the edge, on a real RabbitMQ.</summary>
public sealed class ChoiceTests(PostgresFixture postgres, RabbitMqFixture broker) : IClassFixture<RabbitMqFixture>
{
    [Fact]
    public async Task Choices_reach_the_endpoint_and_a_press_names_what_it_answers()
    {
        var endpoint = new EndpointPeer(broker.Address);
        await using var stage = await Stage.SetAsync(endpoint, postgres, default);
        await stage.StartWorkerAsync();
        await SendAsync(new { Id = "m-1", From = new { Account = "100500" }, Text = "Напомните о визите?" });
        var heard = await stage.HeardAsync("Напомните о визите?");
        var question = await stage.AnswerAsync(heard, "Вы придёте?", choices: ["Приду", "Не приду"]);
        var plain = await stage.AnswerAsync(heard, "Ждём вас");
        await stage.SeenAsync(stage.AddressOf(heard), seen => seen.Count == 2, default);
        Assert.Equal(["Приду", "Не приду"], Choices(question.MessageId).EnumerateArray().Select(choice => choice.GetString()));
        Assert.Equal(JsonValueKind.Null, Choices(plain.MessageId).ValueKind);

        await SendAsync(new { Id = $"{question.MessageId}-Приду", From = new { Account = "100500" }, Text = "Приду", ChoiceOf = question.MessageId.Value });
        Assert.Equal((question.MessageId, null), ((await stage.HeardAsync("Приду")).ChoiceOf, heard.ChoiceOf));

        JsonElement Choices(MessageId answer) => Assert.Single(endpoint.Commands, command => command.GetProperty("MessageId").GetGuid() == answer.Value).GetProperty("Choices");

        Task SendAsync(object command) =>
            endpoint.SendAsync(EndpointPeer.Headers(Guid.NewGuid().ToString("D"), "MedCrm.Edge.ReceiveInboundMessage, Viber.Bridge"), JsonSerializer.SerializeToUtf8Bytes(command), default);
    }
}
