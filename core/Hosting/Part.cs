using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace MedCrm.Hosting;

/// <summary>A part of the hub that can run in a process of its own: a room, a connector or the gateway.</summary>
/// <param name="Name">Lower case; the name on the command line, of its schema and in logs: <c>chat</c>.</param>
/// <param name="Build">Builds its host from configuration, without starting it. Several parts may be built in one process.</param>
public sealed record Part(string Name, Func<IConfiguration, WebApplication> Build);
