namespace MedCrm.Hosting.Names;

/// <summary>How a field of two people agrees.</summary>
public enum Agreement
{
    /// <summary>One of them does not have it: it says nothing.</summary>
    Unknown,
    Differs,

    /// <summary>An initial, the same year, a name that sounds somewhat alike.</summary>
    Similar,

    /// <summary>A slip of the finger, day and month swapped, the other form of a surname.</summary>
    Close,
    Equal,
}
