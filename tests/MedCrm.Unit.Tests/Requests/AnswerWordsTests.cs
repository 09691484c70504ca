using MedCrm.Contracts.Requests;
using MedCrm.Requests.Notices;
using Xunit;

namespace MedCrm.Unit.Tests.Requests;

public sealed class AnswerWordsTests
{
    [Theory]
    [InlineData("да")]
    [InlineData("Да!")]
    [InlineData("ДА, БУДУ")]
    [InlineData("Подтверждаю")]
    [InlineData("подтверждаю визит, спасибо")]
    [InlineData("Добрый день! Да, приду")]
    [InlineData("Придём")]
    [InlineData("ок")]
    [InlineData("+")]
    [InlineData("👍")]
    [InlineData("Приду")]
    [InlineData("Да, всё в силе")]
    [InlineData("Хорошо, спасибо большое")]
    [InlineData("Да\n\nС уважением, Анна")]
    [InlineData("Да.\n> Напоминаем о вашем визите: нет, если не сможете")]
    [InlineData("> Напоминаем о вашем визите: нет, если не сможете\nДа")]
    public void A_plain_yes_confirms(string text) => Assert.Equal(NoticeAnswer.Yes, AnswerWords.Read(text));

    [Theory]
    [InlineData("нет")]
    [InlineData("Отмена")]
    [InlineData("отмените, пожалуйста")]
    [InlineData("не приду")]
    [InlineData("Не приду")]
    [InlineData("К сожалению, не смогу прийти")]
    [InlineData("Здравствуйте, не получится, извините")]
    [InlineData("Нет, не буду")]
    [InlineData("отмените запись")]
    [InlineData("👎")]
    public void A_plain_no_cancels(string text) => Assert.Equal(NoticeAnswer.No, AnswerWords.Read(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Спасибо")]
    [InlineData("Здравствуйте")]
    [InlineData("Да, но опоздаю")]
    [InlineData("да?")]
    [InlineData("А можно перенести?")]
    [InlineData("Перенесите на пятницу")]
    [InlineData("Нет, перенесите на другое время")]
    [InlineData("Да, отмените")]
    [InlineData("Не знаю")]
    [InlineData("не отменяйте")]
    [InlineData("Наверное приду")]
    [InlineData("Постараюсь")]
    [InlineData("А сколько стоит приём?")]
    [InlineData("Нет ли времени пораньше")]
    [InlineData("Да, и запишите ещё мужа к терапевту на следующей неделе пожалуйста")]
    public void Whatever_else_is_said_is_for_a_person(string? text) => Assert.Equal(NoticeAnswer.Other, AnswerWords.Read(text));
}
