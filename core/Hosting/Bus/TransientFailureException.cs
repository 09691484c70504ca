namespace MedCrm.Hosting.Bus;

/// <summary>A handler met something that will pass by itself: the message is tried again, with growing pauses.</summary>
public sealed class TransientFailureException(string message, Exception? inner = null) : Exception(message, inner);
