namespace MedCrm.Load.Hub;

internal enum Transport
{
    RabbitMq,
    PostgreSql,
}

internal enum Layout
{
    /// <summary>`medcrm up`.</summary>
    OneProcess,

    /// <summary>`medcrm run PART`, each part on its own.</summary>
    Processes,
}

/// <summary>How the product is run.</summary>
internal sealed record Setting(Transport Transport, Layout Layout)
{
    public override string ToString() =>
        $"{(Transport == Transport.RabbitMq ? "RabbitMQ" : "PostgreSQL queues")}, {(Layout == Layout.OneProcess ? "one process" : "separate processes")}";
}
