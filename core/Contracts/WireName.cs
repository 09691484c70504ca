namespace MedCrm.Contracts;

/// <summary>The name under which a message travels, for example <c>chat.deliver-message/1</c>. It outlives every rename of the C# type.</summary>
/// <remarks>New fields are nullable and keep the number; a changed meaning is a new record with <c>/2</c> beside <c>/1</c>. A sample of each version stays readable for ever (tests/MedCrm.Unit.Tests/Contracts).</remarks>
/// <param name="name">Owner, dot, kebab-case name, slash, version.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WireNameAttribute(string name) : Attribute
{
    /// <summary>The name on the wire.</summary>
    public string Name { get; } = name;
}
