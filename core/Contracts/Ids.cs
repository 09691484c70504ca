using System.Text.Json.Serialization;

namespace MedCrm.Contracts;

/// <summary>One request (заявка) of a contact: from the first contact to an outcome.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<RequestId>))]
public readonly record struct RequestId(Guid Value) : ITypedId<RequestId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static RequestId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static RequestId From(Guid value) => new(value);

    /// <inheritdoc />
    public static RequestId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out RequestId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out RequestId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One thread of messages between a contact and the centre on one channel.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<ConversationId>))]
public readonly record struct ConversationId(Guid Value) : ITypedId<ConversationId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static ConversationId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static ConversationId From(Guid value) => new(value);

    /// <inheritdoc />
    public static ConversationId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out ConversationId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out ConversationId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One message of a conversation, in either direction. An answer's id is chosen by the browser, so that a repeated click is the same message.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<MessageId>))]
public readonly record struct MessageId(Guid Value) : ITypedId<MessageId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static MessageId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static MessageId From(Guid value) => new(value);

    /// <inheritdoc />
    public static MessageId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out MessageId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out MessageId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person as the centre meets them outside, with every address they write from. Not a patient: a contact may ask for a child or a parent.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<ContactId>))]
public readonly record struct ContactId(Guid Value) : ITypedId<ContactId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static ContactId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static ContactId From(Guid value) => new(value);

    /// <inheritdoc />
    public static ContactId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out ContactId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out ContactId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One telephone call between a contact and the centre, in either direction, with every transfer. The id of a call we place is chosen by the browser, so that a repeated click is the same call.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<CallId>))]
public readonly record struct CallId(Guid Value) : ITypedId<CallId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static CallId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static CallId From(Guid value) => new(value);

    /// <inheritdoc />
    public static CallId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out CallId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out CallId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A visit to a doctor, from the wish to book it on; the MIS has an id of its own for it. Derived from the request and the idempotency key of the booking.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<AppointmentId>))]
public readonly record struct AppointmentId(Guid Value) : ITypedId<AppointmentId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static AppointmentId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static AppointmentId From(Guid value) => new(value);

    /// <inheritdoc />
    public static AppointmentId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out AppointmentId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out AppointmentId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>A person who works in the window: manager, supervisor, administrator.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<AgentId>))]
public readonly record struct AgentId(Guid Value) : ITypedId<AgentId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static AgentId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static AgentId From(Guid value) => new(value);

    /// <inheritdoc />
    public static AgentId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out AgentId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out AgentId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>The person (152-ФЗ: субъект персональных данных) under whose data key personal data is sealed. Derived with a secret from the first address they wrote from: the same address always gives the same subject, and the address cannot be guessed back without the secret.</summary>
/// <param name="Value">The UUID.</param>
[JsonConverter(typeof(TypedIdConverter<DataSubjectId>))]
public readonly record struct DataSubjectId(Guid Value) : ITypedId<DataSubjectId>
{
    /// <summary>A new, time-ordered identifier (UUID version 7).</summary>
    public static DataSubjectId New() => new(Guid.CreateVersion7());

    /// <inheritdoc />
    public static DataSubjectId From(Guid value) => new(value);

    /// <inheritdoc />
    public static DataSubjectId Parse(string s, IFormatProvider? provider) => new(Guid.Parse(s));

    /// <summary>Reads a UUID in any of the forms <see cref="Guid.TryParse(string, out Guid)"/> knows.</summary>
    public static bool TryParse(string? s, out DataSubjectId result) => TryParse(s, null, out result);

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out DataSubjectId result)
    {
        var parsed = Guid.TryParse(s, out var value);
        result = new(value);
        return parsed;
    }

    /// <summary>The UUID in its usual form.</summary>
    public override string ToString() => Value.ToString();
}
