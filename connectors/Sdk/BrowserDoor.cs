using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace MedCrm.Connectors.Sdk;

/// <summary>For connectors that browsers reach through the gateway.</summary>
public static class BrowserDoor
{
    private static readonly string[] PrivateNetworks = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    /// <summary>
    /// Takes the visitor's address, and the host that the browser asked for, from the gateway's headers. Only their last entries count: those are our
    /// gateway's, and whatever stands before them is what a visitor claims.
    /// </summary>
    /// <param name="app">The connector's host.</param>
    /// <param name="trustedProxies">Networks (CIDR) that are believed. Empty: loopback and private networks.</param>
    public static void UseVisitorAddress(this WebApplication app, IReadOnlyCollection<string> trustedProxies)
    {
        ArgumentNullException.ThrowIfNull(trustedProxies);
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost, ForwardLimit = 1 };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in trustedProxies.Count > 0 ? trustedProxies : PrivateNetworks)
        {
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        }

        app.UseForwardedHeaders(options);
    }
}
