using MedCrm.Contracts;
using MedCrm.Contracts.Patients;
using MedCrm.Requests;
using MedCrm.Requests.Intake;
using MedCrm.Requests.Life;
using Xunit;

namespace MedCrm.Unit.Tests.Requests;

public sealed class RequestIntakeTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void An_address_that_is_learnt_when_all_is_answered_is_asked_for()
    {
        var saga = Begun();
        Assert.NotNull(saga.Handle(Answer(saga), _clock).Item1);
        Assert.True(saga.Resting);

        var asked = Assert.IsType<IdentifyContact>(Assert.Single(saga.Learn(Happenings.Message(), _clock.GetUtcNow())));
        Assert.Equal(saga.Id, asked.RequestId.Value);
        Assert.False(saga.Resting);
        Assert.Equal(_clock.GetUtcNow() + saga.Patience, saga.DueAt);
        Assert.NotNull(saga.Handle(Answer(saga), _clock).Item1);
        Assert.True(saga.Resting);
    }

    [Fact]
    public void At_rest_a_late_answer_and_a_late_timeout_say_nothing()
    {
        var saga = Begun();
        saga.Handle(Answer(saga), _clock);
        var (second, more) = saga.Handle(Answer(saga), _clock);
        Assert.Null(second);
        Assert.Empty(more);
        _clock.Advance(TimeSpan.FromDays(400));
        var (missed, again) = saga.Handle(new IdentificationDue(new RequestId(saga.Id)), _clock);
        Assert.Null(missed);
        Assert.Empty(again);
    }

    [Fact]
    public void After_the_fifth_question_it_rests_and_a_new_address_begins_anew()
    {
        var saga = Begun();
        AppendToRequest? said = null;
        for (var timeouts = 0; said is null && timeouts < 20; timeouts++)
        {
            _clock.Advance(TimeSpan.FromHours(2));
            (said, _) = saga.Handle(new IdentificationDue(new RequestId(saga.Id)), _clock);
        }

        Assert.NotNull(said);
        Assert.True(saga.Resting);
        Assert.Single(saga.Learn(Happenings.Message(), _clock.GetUtcNow()));
        Assert.Equal(1, saga.Questions);
    }

    [Fact]
    public void The_first_answer_after_the_last_timeout_is_taken_and_the_rest_say_nothing()
    {
        var saga = Begun();
        while (!saga.Resting)
        {
            _clock.Advance(TimeSpan.FromHours(2));
            saga.Handle(new IdentificationDue(new RequestId(saga.Id)), _clock);
        }

        // Patients was down all the time, and now answers all five.
        Assert.Equal([true, false, false, false, false], Enumerable.Range(0, 5).Select(_ => saga.Handle(Answer(saga), _clock).Item1 is not null));
        Assert.True(saga.Resting);
    }

    [Fact]
    public void An_address_that_is_learnt_while_the_answer_is_awaited_is_asked_for_once_behind_it()
    {
        var saga = Begun();
        Assert.Empty(saga.Learn(Happenings.Message(), _clock.GetUtcNow()));
        Assert.IsType<IdentifyContact>(Assert.Single(saga.Handle(Answer(saga), _clock).Item2));
        Assert.Empty(saga.Handle(Answer(saga), _clock).Item2);
        Assert.True(saga.Resting);
    }

    private RequestIntake Begun()
    {
        var saga = RequestIntake.Of(RequestId.New(), Happenings.Message(), new RequestsOptions());
        Assert.Single(saga.Ask(_clock.GetUtcNow()));
        return saga;
    }

    private ContactIdentified Answer(RequestIntake saga) => new(new RequestId(saga.Id), saga.SubjectId, ContactId.New(), MatchGrade.None, [], _clock.GetUtcNow());

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = Happenings.Noon;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
