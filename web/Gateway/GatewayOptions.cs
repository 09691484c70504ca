using System.ComponentModel.DataAnnotations;

namespace MedCrm.Gateway;

/// <summary>The window's server.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Directory with the built window (<c>web/app/out</c>). Empty: only the API is served.</summary>
    public string WebRoot { get; set; } = "";

    /// <summary>Directory with the built chat widget (<c>web/widget/out</c>). Empty: it is not served.</summary>
    public string WidgetRoot { get; set; } = "";

    /// <summary>Directory for the keys that protect session cookies; shared by all gateway instances, readable by nobody else. Empty: <c>session-keys</c> beside <c>Internal:SigningKeyFile</c>.</summary>
    public string KeysDirectory { get; set; } = "";

    /// <summary>How long a session lasts without a click. Default 12 hours: a long shift.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "7.00:00:00")]
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromHours(12);

    /// <summary>How long changes are kept for screens that were away; beyond it they load everything anew. Default 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "7.00:00:00")]
    public TimeSpan FeedRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Shortest time between two pushes to the screens; changes within it travel together. Default 40 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:01")]
    public TimeSpan PushWindow { get; set; } = TimeSpan.FromMilliseconds(40);

    /// <summary>Proxies in front of us whose X-Forwarded-For and -Proto are believed, as addresses. Default: none but loopback.</summary>
    public List<string> TrustedProxies { get; set; } = [];
}

/// <summary>The synthetic clinic of <c>up --demo</c>.</summary>
public sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>Create the users admin, supervisor, manager and manager2 at start. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Their password. Required when enabled.</summary>
    public string? Password { get; set; }
}
