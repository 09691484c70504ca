namespace MedCrm.Host;

/// <summary>A command cannot do what was asked. The message is all the operator sees, so it says what to do about it; the exit code is 1.</summary>
public sealed class CommandException(string message, Exception? inner = null) : Exception(message, inner);
