namespace MedCrm.Load;

/// <summary>The benchmark could not be carried out; says what to do.</summary>
public sealed class LoadException(string message) : Exception(message);
