using System.Net;
using System.Text;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>Stands in the line between an adapter and a real server and spoils what it is asked to: the server itself stays as it is.</summary>
internal sealed class FarSide(Func<HttpRequestMessage, bool> isWrite) : DelegatingHandler(new SocketsHttpHandler())
{
    private Trouble? _trouble;
    private bool _nonsense;

    public void Order(Trouble trouble) => _trouble = trouble;

    public void OrderNonsense() => _nonsense = true;

    /// <summary>What a server that is well sends where an array is expected. Null: half a body.</summary>
    public string? Nonsense { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_nonsense)
        {
            _nonsense = false;
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(Nonsense ?? "{ \"resour", Encoding.UTF8, "application/json") };
        }

        switch (_trouble)
        {
            case Trouble.Down:
                _trouble = null;
                throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");
            case Trouble.TextError when isWrite(request):
                _trouble = null;
                return new HttpResponseMessage(HttpStatusCode.InternalServerError) { Content = new StringContent("Внутренняя ошибка: не удалось записать объект", Encoding.UTF8, "text/plain") };
            case Trouble.AnswerLost when isWrite(request):
                _trouble = null;
                using (await base.SendAsync(request, cancellationToken))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                    throw new InvalidOperationException("Unreachable");
                }

            default:
                return await base.SendAsync(request, cancellationToken);
        }
    }
}
