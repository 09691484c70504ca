using MedCrm.Connectors.Sdk;
using Xunit;

namespace MedCrm.Connectors.Tests.Sdk;

public sealed class TextPartsTests
{
    [Theory]
    [InlineData(4096, 1)]
    [InlineData(4097, 2)]
    [InlineData(20_000, 5)]
    public void A_long_text_is_cut_at_the_limit(int length, int parts)
    {
        var text = new string('ж', length);
        Assert.Equal(parts, TextParts.Of(text, 4096).Count);
        Assert.Equal(text, string.Concat(TextParts.Of(text, 4096)));
    }

    [Fact]
    public void No_emoji_is_cut_in_two()
    {
        var text = "x" + string.Concat(Enumerable.Repeat("😀", 3000));
        var parts = TextParts.Of(text, 4096);
        Assert.Equal(text, string.Concat(parts));
        Assert.All(parts, part => Assert.False(char.IsLowSurrogate(part[0]) || char.IsHighSurrogate(part[^1])));
        Assert.All(parts, part => Assert.InRange(part.Length, 1, 4096));
    }

    [Fact]
    public void Words_and_lines_stay_whole()
    {
        var text = string.Join('\n', Enumerable.Range(0, 300).Select(i => $"строка {i} из нескольких слов"));
        Assert.Equal(text.Split('\n'), TextParts.Of(text, 4096).SelectMany(part => part.Split('\n')));
        Assert.Empty(TextParts.Of(" \n ", 4096));
    }
}
