using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace MedCrm.Connectors.Website;

/// <summary>Pages for a browser that posted a plain HTML form, without a script. No style, script or picture from anywhere.</summary>
internal static class ThankYouPage
{
    public static IResult Accepted(string receiptId) =>
        Page("Спасибо! Заявка принята", $"Мы свяжемся с вами в рабочее время. Номер заявки: {receiptId}", StatusCodes.Status202Accepted);

    public static IResult Refused(string what, int status) => Page("Заявка не отправлена", what, status);

    private static IResult Page(string title, string text, int status)
    {
        var (heading, paragraph) = (HtmlEncoder.Default.Encode(title), HtmlEncoder.Default.Encode(text));
        return Results.Text(
            $"<!doctype html><html lang=\"ru\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{heading}</title><h1>{heading}</h1><p>{paragraph}</p></html>",
            MediaTypeNames.Text.Html, Encoding.UTF8, status);
    }
}
