using JasperFx.Events;
using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Requests.Inbox;
using Xunit;
using static MedCrm.Unit.Tests.Requests.Happenings;

namespace MedCrm.Unit.Tests.Requests;

/// <summary>What a person decided about the contact shows in its requests.</summary>
public sealed class ContactFollowedTests
{
    private static readonly ContactId Other = ContactId.New();

    [Fact]
    public void A_merge_shows_the_other_contact_and_remembers_who_wrote()
    {
        var request = After(Opened(), Linked(Patient("7", MatchGrade.Possible)), Followed(ContactChange.Merged, Other, 5, Patient("9", MatchGrade.Certain)));
        Assert.Equal((Other, "9", MatchGrade.Certain), (request.ContactId, request.Patient!.Id, request.Patient.Grade));
        Assert.NotEqual(Other.Value, request.OriginContactKey);
        Assert.Equal(Noon.AddMinutes(5), request.ContactChangedAt);
    }

    [Fact]
    public void An_unlinked_patient_is_gone_from_the_row() =>
        Assert.Null(After(Opened(), Linked(Patient("7", MatchGrade.Certain)), Followed(ContactChange.Unlinked, Other, 5)).Patient);

    [Theory]
    [InlineData(ContactChange.Linked, TimelineEventType.Identified)]
    [InlineData(ContactChange.BirthTold, TimelineEventType.Identified)]
    [InlineData(ContactChange.Unlinked, TimelineEventType.Unlinked)]
    [InlineData(ContactChange.Merged, TimelineEventType.Merged)]
    [InlineData(ContactChange.Unmerged, TimelineEventType.Unmerged)]
    public void Who_did_it_stands_in_the_timeline(ContactChange change, TimelineEventType type)
    {
        var item = Assert.Single(GetTimelineEndpoint.Fold([new Event<MedCrm.Requests.Life.ContactFollowed>(Followed(change, Other, 5, Patient("9", MatchGrade.Certain))) { Version = 3 }], _ => null));
        Assert.Equal((type, Anna), (item.Event!.Type, item.Event.Agent));
    }

    [Fact]
    public void A_declined_suggestion_is_no_event() =>
        Assert.Empty(GetTimelineEndpoint.Fold([new Event<MedCrm.Requests.Life.ContactFollowed>(Followed(ContactChange.Declined, Other, 5, Patient("9", MatchGrade.Possible)))], _ => null));
}
