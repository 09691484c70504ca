using System.Reflection;
using MedCrm.Contracts;
using Wolverine.Util;

namespace MedCrm.Hosting.Bus;

/// <summary>Messages travel under the names that Contracts gives them, not under those of C# types.</summary>
public sealed class WireNaming : IMessageTypeNaming
{
    private static readonly Lock Once = new();
    private static bool _installed;

    /// <summary>Must run before the first host is built: Wolverine caches names per process.</summary>
    public static void Install()
    {
        lock (Once)
        {
            if (!_installed)
            {
                WolverineMessageNaming.InsertFirst<WireNaming>();
                _installed = true;
            }
        }
    }

    public bool TryDetermineName(Type messageType, out string messageTypeName)
    {
        messageTypeName = messageType.GetCustomAttribute<WireNameAttribute>()?.Name ?? "";
        return messageTypeName.Length > 0;
    }
}
