namespace MedCrm.Contracts;

/// <summary>Messages about one person are handled one after another, in the order of sending; different people run in parallel.</summary>
public interface IAboutSubject
{
    /// <summary>The person; the partition key on every queue.</summary>
    DataSubjectId SubjectId { get; }
}
