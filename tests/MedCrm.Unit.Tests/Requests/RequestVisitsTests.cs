using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Contracts.Window;
using MedCrm.Requests.Life;
using Xunit;
using static MedCrm.Unit.Tests.Requests.Happenings;

namespace MedCrm.Unit.Tests.Requests;

public sealed class RequestVisitsTests
{
    private static readonly AppointmentId Visit = new(Guid.NewGuid());
    private static readonly AppointmentSlot Slot = new("5-1", "5", "Крылова Марина Сергеевна", "1", "Клиника на Лесной", Noon.AddDays(1), Noon.AddDays(1).AddMinutes(30), "Europe/Moscow");

    [Fact]
    public void The_row_shows_the_latest_change_whatever_the_order()
    {
        var row = After(Changed(3, AppointmentChange.Booked, AppointmentStatus.Booked), Changed(2, AppointmentChange.Delayed, AppointmentStatus.Pending, "mis.away"), Changed(1, AppointmentChange.Proposed, AppointmentStatus.Proposed)).ToRow();
        Assert.Equal((Visit, AppointmentStatus.Booked, (string?)null), (row.Appointment!.Id, row.Appointment.Status, row.Appointment.Problem));
    }

    [Fact]
    public void A_visit_that_stands_comes_before_one_that_does_not()
    {
        var other = new AppointmentId(Guid.NewGuid());
        var row = After(
            Changed(1, AppointmentChange.Booked, AppointmentStatus.Booked),
            new AppointmentRecorded(Changed(1, AppointmentChange.Refused, AppointmentStatus.Cancelled, "slot.taken").Changed with { AppointmentId = other })).ToRow();
        Assert.Equal(Visit, row.Appointment!.Id);
    }

    [Fact]
    public void A_repeat_is_known() => Assert.True(After(Changed(1, AppointmentChange.Proposed, AppointmentStatus.Proposed)).KnowsVisit(Visit, 1));

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void A_refusal_is_work_once_the_manager_has_turned_away(int seconds, bool isWork)
    {
        var request = After(Replied(), Changed(1, AppointmentChange.Proposed, AppointmentStatus.Proposed), Changed(2, AppointmentChange.Refused, AppointmentStatus.Cancelled, "slot.taken", seconds));
        Assert.Equal((isWork ? 1 : 0, isWork ? RequestStatus.InProgress : RequestStatus.Waiting), (request.Unread, request.Status));
    }

    [Fact]
    public void What_changed_in_the_MIS_is_work() =>
        Assert.Equal(1, After(Replied(), Changed(1, AppointmentChange.Booked, AppointmentStatus.Booked), Changed(2, AppointmentChange.Followed, AppointmentStatus.Booked)).Unread);

    private static AppointmentRecorded Changed(long rev, AppointmentChange change, AppointmentStatus status, string? problem = null, int seconds = 0) => new(new AppointmentChanged(
        Irina, Visit, rev, RequestId.New(), "7", change, status, AppointmentTruth.Agreed, Slot, null, problem, Anna, Noon.AddMinutes(5).AddSeconds(seconds)));

    private static Request After(params object[] happened) => happened.Prepend(Opened()).Aggregate((Request?)null, Request.After)!;
}
