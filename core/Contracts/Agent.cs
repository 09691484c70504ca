namespace MedCrm.Contracts;

/// <summary>Who acted in the window.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Name">As colleagues see it: "Ковалёва А."</param>
public sealed record Agent(AgentId Id, string Name);
