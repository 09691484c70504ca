using System.Text;
using MedCrm.Connectors.Sdk;

namespace MedCrm.Connectors.Tests.Email.Torture;

/// <summary>What must become of a mail.</summary>
public enum Outcome
{
    Message,
    Automated,
    DeliveryReport,
    Quarantine,
}

/// <summary>One nasty mail, made here and nowhere else.</summary>
internal sealed record TortureMail(string Name, Outcome Outcome, Func<byte[]> Bytes)
{
    public const string OurMessage = "0195f3a0c0de7000800000000000abcd";

    public const string OurId = OurMessage + "@clinic.test";

    /// <summary>The envelope sender; empty for what servers say.</summary>
    public string ReturnPath { get; init; } = "ivan@patient.test";

    /// <summary>Key assertions on a message.</summary>
    public Action<InboundMessage>? Check { get; init; }

    /// <summary>Key assertions on a report.</summary>
    public Action<DeliveryReport>? CheckReport { get; init; }

    /// <summary>As it lies on the server: the delivering server has put the return path before it.</summary>
    public byte[] Delivered() => [.. Encoding.ASCII.GetBytes($"Return-Path: <{ReturnPath}>\r\n"), .. Bytes()];

    public override string ToString() => Name;
}
