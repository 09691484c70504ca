namespace MedCrm.Connectors.Sdk;

/// <summary>The three words for failure of a connector. Messages are for IT: cause, place, remedy; never a secret or personal data.</summary>
public abstract class ConnectorException(string message, Exception? inner) : Exception(message, inner);

/// <summary>Out of reach for now: come again with a growing pause, log once when lost and once when back.</summary>
public sealed class ConnectorNotReadyException(string message, Exception? inner = null) : ConnectorException(message, inner);

/// <summary>The far side refused our credentials: ask a person, do not hammer.</summary>
public sealed class ConnectorAuthRefusedException(string message, Exception? inner = null) : ConnectorException(message, inner);

/// <summary>Settings are wrong: stop until they are changed.</summary>
public sealed class ConnectorMisconfiguredException(string message, Exception? inner = null) : ConnectorException(message, inner);
