using MedCrm.Contracts;

namespace MedCrm.Patients.Appointments;

/// <summary>Whose request it is, learnt when its contact was identified: a visit is asked for in a request.</summary>
public sealed class RequestContact
{
    /// <summary>The request's.</summary>
    public Guid Id { get; set; }

    public ContactId ContactId { get; set; }

    public DataSubjectId SubjectId { get; set; }
}
