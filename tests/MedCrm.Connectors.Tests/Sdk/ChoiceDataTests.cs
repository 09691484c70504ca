using System.Text;
using MedCrm.Connectors.Sdk;
using MedCrm.Contracts;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

public sealed class ChoiceDataTests
{
    private static readonly string[] Choices = ["Приду", "Приду, но с братом и немного позже", "Нет"];

    [Theory]
    [InlineData(0, "Приду")]
    [InlineData(1, "1")]
    [InlineData(2, "Нет")]
    public void What_a_button_carries_comes_back_and_fits(int index, string words)
    {
        var message = MessageId.New();
        var data = ChoiceData.Of(message, Choices, index, 64);
        Assert.True(Encoding.UTF8.GetByteCount(data) <= 64);
        Assert.Equal((message, words), ChoiceData.Read(data));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yes")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("не из наших: двадцать два знака")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!yes")]
    public void A_strangers_button_is_none_of_ours(string? data) => Assert.Null(ChoiceData.Read(data));
}
