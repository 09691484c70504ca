using System.ComponentModel.DataAnnotations;

namespace MedCrm.Patients.Mis;

public enum MisAdapter
{
    /// <summary>No MIS is connected; contacts stay without a patient.</summary>
    None,

    /// <summary>A small synthetic clinic in our own database, for demonstrations and tests.</summary>
    Demo,
}

/// <summary>Which MIS is connected.</summary>
public sealed class MisOptions
{
    public const string Section = "Mis";

    /// <summary>The adapter. Default <c>None</c>; <c>up --demo</c> sets <c>Demo</c>.</summary>
    [EnumDataType(typeof(MisAdapter))]
    public MisAdapter Adapter { get; set; } = MisAdapter.None;
}
