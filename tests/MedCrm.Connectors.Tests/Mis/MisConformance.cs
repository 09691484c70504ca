using MedCrm.Contracts.Patients;
using MedCrm.Patients.Mis;
using Xunit;
using Booked = MedCrm.Patients.Mis.MisResult<MedCrm.Patients.Mis.MisAppointment>;

namespace MedCrm.Connectors.Tests.Mis;

/// <summary>What every adapter owes the house, whatever stands behind it. A new adapter brings a harness and inherits this.</summary>
public abstract class MisConformance(PostgresFixture postgres) : IAsyncLifetime
{
    private static int _people;

    protected MisHarness Mis { get; private set; } = null!;

    private ReliableMis House => Mis.House;

    private bool Can(MisCapabilities what) => Mis.Adapter.Capabilities.HasFlag(what);

    protected abstract MisHarness Create();

    public async ValueTask InitializeAsync()
    {
        Mis = Create();
        await Mis.StartAsync(postgres);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Mis.DisposeAsync();
    }

    [Fact]
    public async Task It_says_what_it_is_and_what_time_it_has()
    {
        var probe = await House.ProbeAsync(default);
        Assert.NotEmpty(probe.Product);
        Assert.InRange(probe.ClockSkew ?? TimeSpan.Zero, TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_the_directory_refers_to_is_in_it()
    {
        var directory = await House.ReadDirectoryAsync(default);
        Assert.NotEmpty(directory.Practitioners);
        Assert.Equal(["Asia/Yekaterinburg", "Europe/Moscow"], directory.Locations.Select(location => location.TimeZone).Order(StringComparer.Ordinal).Distinct());
        Assert.All(directory.Practitioners, practitioner =>
        {
            Assert.NotEmpty(practitioner.Name);
            Assert.NotEmpty(practitioner.SpecialtyIds);
            Assert.Subset(directory.Specialties.Select(specialty => specialty.Id).ToHashSet(), practitioner.SpecialtyIds.ToHashSet());
            Assert.Subset(directory.Locations.Select(location => location.Id).ToHashSet(), practitioner.LocationIds.ToHashSet());
        });
        Assert.Subset(directory.Specialties.Select(specialty => (string?)specialty.Id).Append(null).ToHashSet(), directory.Services.Select(service => service.SpecialtyId).ToHashSet());
    }

    [Fact]
    public async Task Free_slots_are_complete_in_order_and_within_the_window()
    {
        var week = await FreeAsync();
        Assert.True(week.Count > 40, $"Only {week.Count} slots.");
        Assert.Equal(week.OrderBy(slot => slot.Start).Select(slot => slot.Start), week.Select(slot => slot.Start));
        Assert.All(week, slot =>
        {
            Assert.True(slot.End > slot.Start);
            Assert.Equal(TimeSpan.Zero, slot.Start.Offset);
        });
        Assert.Distinct(week.Select(slot => slot.Id));
        var middle = week[week.Count / 2].Start;
        var (left, right) = (await House.ReadFreeSlotsAsync(new SlotWindow(week[0].Start, middle), default), await House.ReadFreeSlotsAsync(new SlotWindow(middle, week[^1].Start.AddTicks(1)), default));
        Assert.Equal(week.Select(slot => slot.Id).Order(StringComparer.Ordinal), left.Concat(right).Select(slot => slot.Id).Order(StringComparer.Ordinal));
        var one = week[0].PractitionerId;
        Assert.Equal(week.Where(slot => slot.PractitionerId == one), await House.ReadFreeSlotsAsync(new SlotWindow(week[0].Start, week[^1].Start.AddTicks(1), one), default));
    }

    [Fact]
    public async Task Every_branch_works_by_its_own_clock()
    {
        var directory = await House.ReadDirectoryAsync(default);
        var free = await FreeAsync();
        foreach (var location in directory.Locations)
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(location.TimeZone);
            var hours = free.Where(slot => slot.LocationId == location.Id).Select(slot => TimeZoneInfo.ConvertTime(slot.Start, zone).TimeOfDay).ToList();
            Assert.NotEmpty(hours);
            Assert.All(hours, hour => Assert.InRange(hour, new TimeSpan(9, 0, 0), new TimeSpan(17, 59, 0)));
        }
    }

    [Fact]
    public async Task Patients_are_found_by_either_address_and_nobody_is_invented()
    {
        var patient = await Mis.PatientAsync();
        Assert.Contains(patient.Id, (await House.FindPatientsAsync(patient.Phone, null, default)).Select(found => found.Id));
        Assert.Equal(Can(MisCapabilities.FindByEmail), (await House.FindPatientsAsync(null, patient.Email, default)).Any(found => found.Id == patient.Id));
        Assert.Equal(patient, await House.GetPatientAsync(patient.Id, default));
        Assert.Empty(await House.FindPatientsAsync("+79009999999", "nobody@example.test", default));
        Assert.Empty(await House.FindPatientsAsync(null, null, default));
        Assert.Null(await House.GetPatientAsync("999999999", default));
        Assert.Null(await House.GetAppointmentAsync("999999999", default));
    }

    [Fact]
    public async Task All_patients_are_listed_page_by_page_and_the_list_goes_on_where_it_ended()
    {
        if (!Can(MisCapabilities.ListPatients))
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => House.ReadPatientsAsync(null, 10, default));
            return;
        }

        var made = new List<MisPatient> { await Mis.PatientAsync() };
        foreach (var _ in Enumerable.Range(0, 5))
        {
            made.Add(await CreatedAsync());
        }

        var (listed, middle, page) = (new List<MisPatient>(), (string?)null, await House.ReadPatientsAsync(null, 2, default));
        for (listed.AddRange(page.Items); page.More; listed.AddRange(page.Items))
        {
            middle ??= page.Cursor;
            Assert.InRange(page.Items.Count + page.Gone.Count, 1, 2);
            page = await House.ReadPatientsAsync(page.Cursor, 2, default);
        }

        Assert.Distinct(listed.Select(patient => patient.Id));
        Assert.All(made, patient => Assert.Contains(patient, listed));
        // A hub that stopped on the way goes on from there, with another page size, and misses nobody.
        var rest = await House.ReadPatientsAsync(middle, 1000, default);
        Assert.Equal(listed.Skip(2), rest.Items);
        Assert.False(rest.More);
        var end = await House.ReadPatientsAsync(page.Cursor, 1000, default);
        Assert.Equal((0, false), (end.Items.Count, end.More));
        var late = await CreatedAsync();
        Assert.Equal(late, Assert.Single((await House.ReadPatientsAsync(end.Cursor, 1000, default)).Items));
        await Mis.OrderNonsenseAsync();
        await Assert.ThrowsAsync<MisUnavailableException>(() => House.ReadPatientsAsync(null, 10, default));

        async Task<MisPatient> CreatedAsync() => Assert.IsType<MisResult<MisPatient>.Ok>(await House.CreatePatientAsync(NewPerson(), Key(), default)).Value;
    }

    [Fact]
    public async Task A_booking_stands_in_the_mis_and_takes_the_slot()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        Assert.Equal((AppointmentStatus.Booked, patient.Id, slot.PractitionerId, slot.LocationId, slot.Start, slot.End), (booked.Status, booked.PatientId, booked.PractitionerId, booked.LocationId, booked.Start, booked.End));
        Assert.Equal(booked, await House.GetAppointmentAsync(booked.Id, default));
        Assert.DoesNotContain(await FreeAsync(), free => free.Id == slot.Id);
        Assert.Contains(await SnapshotAsync(), one => one.Id == booked.Id);
    }

    [Fact]
    public async Task The_same_key_is_the_same_booking_however_often_and_at_once()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        var first = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => House.BookAsync(new NewAppointment(patient.Id, slot), key, default)));
        Assert.All(first, result => Assert.True(result is Booked.Ok or Booked.Transient, $"{result}"));
        var again = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), key, default));
        Assert.All(first.OfType<Booked.Ok>(), ok => Assert.Equal(again, ok.Value));
        Assert.Single(await StandingAsync(patient, slot));
    }

    [Fact]
    public async Task A_key_of_another_write_is_refused()
    {
        var (patient, slots, key) = (await Mis.PatientAsync(), await FreeAsync(), Key());
        Ok(await House.BookAsync(new NewAppointment(patient.Id, slots[3]), key, default));
        Assert.Equal("idempotency-key.reused", Assert.IsType<Booked.Rejected>(await House.BookAsync(new NewAppointment(patient.Id, slots[7]), key, default)).Code);
    }

    [Fact]
    public async Task Of_many_who_want_one_slot_one_gets_it_and_the_others_hear_of_alternatives()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default)));
        Assert.Single(results.OfType<Booked.Ok>());
        Assert.Equal(9, results.OfType<Booked.SlotTaken>().Count());
        Assert.All(results.OfType<Booked.SlotTaken>(), taken =>
        {
            Assert.Equal(3, taken.Alternatives.Count);
            Assert.All(taken.Alternatives, other => Assert.True(other.Id != slot.Id && other.PractitionerId == slot.PractitionerId));
        });
        Assert.Single(await StandingAsync(patient, slot));
    }

    [Fact]
    public async Task A_slot_taken_on_their_own_screen_is_taken()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        await Mis.BookOnTheirScreenAsync(slot);
        Assert.IsType<Booked.SlotTaken>(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
    }

    [Fact]
    public async Task A_lost_answer_is_looked_up_and_nothing_is_booked_twice()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        await Mis.OrderAsync(Trouble.AnswerLost);
        var first = await House.BookAsync(new NewAppointment(patient.Id, slot), key, default);
        Assert.True(first is Booked.Ok or Booked.Unknown, $"{first}");
        Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), key, default));
        Assert.Single(await StandingAsync(patient, slot));
    }

    [Fact]
    public async Task A_process_that_died_after_the_booking_leaves_no_orphan_and_no_double()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        var wish = new NewAppointment(patient.Id, slot);
        // It wrote the key down, booked, and died.
        Assert.Equal(MisJournal.State.First, (await Mis.Journal.BeginAsync(key, "book", wish, TimeSpan.FromSeconds(9), default)).State);
        var orphan = Ok(await Mis.Adapter.BookAsync(wish, key, default));
        Assert.IsType<Booked.Transient>(await House.BookAsync(wish, key, default));
        var later = Mis.HouseAt(new LaterClock(TimeSpan.FromSeconds(10)));
        Assert.Equal(orphan.Id, Ok(await later.BookAsync(wish, key, default)).Id);
        Assert.Single(await StandingAsync(patient, slot));
    }

    [Fact]
    public async Task A_write_that_is_shut_waits_and_one_that_somebody_is_at_is_not_shut()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        var wish = new NewAppointment(patient.Id, slot);
        var shut = await ShutAsync(key, key.Step("book"));
        Assert.NotNull(shut);
        Assert.IsType<Booked.Transient>(await House.BookAsync(wish, key, default));
        Assert.Null(await ShutAsync(key));
        // To be shut is not to be tried.
        Assert.False(await Mis.Journal.KnowsAsync(key, default));
        await Mis.Journal.OpenAsync([key, key.Step("book")], shut.Value, default);

        Assert.Equal(MisJournal.State.First, (await Mis.Journal.BeginAsync(key, "book", wish, TimeSpan.FromMinutes(5), default)).State);
        Assert.Null(await ShutAsync(key.Step("book"), key));
        // All or nothing.
        Assert.NotNull(await ShutAsync(key.Step("book")));
        await Mis.Journal.ReleaseAsync(key, "died", default);
        Ok(await House.BookAsync(wish, key, default));
        Assert.NotNull(await ShutAsync(key));
        Ok(await House.BookAsync(wish, key, default));
        Assert.Single(await StandingAsync(patient, slot));

        Task<DateTimeOffset?> ShutAsync(params IReadOnlyList<IdempotencyKey> keys) => Mis.Journal.TryShutAsync(keys, TimeSpan.FromMinutes(5), default);
    }

    [Fact]
    public async Task While_it_is_down_writes_may_be_repeated_and_reads_say_so()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        await Mis.OrderAsync(Trouble.Down);
        var first = await House.BookAsync(new NewAppointment(patient.Id, slot), key, default);
        Assert.True(first is Booked.Transient, $"{first}");
        Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), key, default));
        Assert.Single(await StandingAsync(patient, slot));
        await Mis.OrderAsync(Trouble.Down);
        await Assert.ThrowsAsync<MisUnavailableException>(() => House.GetAppointmentAsync("1", default));
    }

    [Fact]
    public async Task An_error_in_words_is_not_taken_for_a_success_or_for_a_refusal()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        await Mis.OrderAsync(Trouble.TextError);
        var first = await House.BookAsync(new NewAppointment(patient.Id, slot), key, default);
        Assert.True(first is Booked.Unknown, $"{first}");
        Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), key, default));
        Assert.Single(await StandingAsync(patient, slot));
    }

    [Fact]
    public async Task Nonsense_is_not_taken_for_an_empty_answer()
    {
        await Mis.OrderNonsenseAsync();
        await Assert.ThrowsAsync<MisUnavailableException>(() => FreeAsync());
    }

    [Fact]
    public async Task A_patient_or_slot_that_is_not_there_is_told_as_such()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        Assert.Equal("patient", Assert.IsType<Booked.NotFound>(await House.BookAsync(new NewAppointment("999999999", slot), Key(), default)).What);
        var nowhere = slot with { Id = "999999999", PractitionerId = "999999999" };
        Assert.Equal("slot", Assert.IsType<Booked.NotFound>(await House.BookAsync(new NewAppointment(patient.Id, nowhere), Key(), default)).What);
    }

    [Fact]
    public async Task A_slot_that_has_begun_is_refused()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var yesterday = slot with { Start = slot.Start.AddDays(-30), End = slot.End.AddDays(-30) };
        Assert.Equal("slot.past", Assert.IsType<Booked.Rejected>(await House.BookAsync(new NewAppointment(patient.Id, yesterday), Key(), default)).Code);
    }

    [Fact]
    public async Task Cancelling_frees_the_slot_and_may_be_repeated()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        Assert.Equal(AppointmentStatus.Cancelled, Ok(await House.CancelAsync(booked, "Пациент попросил", Key(), default)).Status);
        Assert.Contains(await FreeAsync(), free => free.Id == slot.Id);
        Assert.Equal(AppointmentStatus.Cancelled, Ok(await House.CancelAsync(booked, "Пациент попросил", Key(), default)).Status);
        Assert.Equal("appointment", Assert.IsType<Booked.NotFound>(await House.CancelAsync(booked with { Id = "999999999" }, "", Key(), default)).What);
        Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
    }

    [Fact]
    public async Task A_lost_answer_to_a_cancellation_is_looked_up()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        await Mis.OrderAsync(Trouble.AnswerLost);
        await House.CancelAsync(booked, "Пациент попросил", key, default);
        Assert.Equal(AppointmentStatus.Cancelled, Ok(await House.CancelAsync(booked, "Пациент попросил", key, default)).Status);
        Assert.Contains(await FreeAsync(), free => free.Id == slot.Id);
    }

    [Fact]
    public async Task A_move_takes_the_new_slot_and_frees_the_old()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        var target = (await FreeAsync()).Last(free => free.PractitionerId == slot.PractitionerId);
        var moved = Ok(await House.RescheduleAsync(booked, target, key, default));
        Assert.Equal((target.Start, target.PractitionerId, patient.Id), (moved.Start, moved.PractitionerId, moved.PatientId));
        Assert.Equal(moved, Ok(await House.RescheduleAsync(booked, target, key, default)));
        var free = await FreeAsync();
        Assert.Contains(free, one => one.Id == slot.Id);
        Assert.DoesNotContain(free, one => one.Id == target.Id);
        Assert.Single(await SnapshotAsync(), one => one.PatientId == patient.Id && one.Status.Stands());
    }

    [Fact]
    public async Task What_was_moved_and_then_cancelled_leaves_both_slots_free()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        var target = (await FreeAsync()).Last(free => free.PractitionerId == slot.PractitionerId);
        var moved = Ok(await House.RescheduleAsync(booked, target, Key(), default));
        Ok(await House.CancelAsync(moved, "Заболел", Key(), default));
        Assert.Empty(await StandingAsync(patient, target));
        Assert.Superset(new HashSet<string> { slot.Id, target.Id }, (await FreeAsync()).Select(free => free.Id).ToHashSet());
    }

    [Fact]
    public async Task A_move_to_a_taken_slot_leaves_the_old_appointment_standing()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        var target = (await FreeAsync()).Last(free => free.PractitionerId == slot.PractitionerId);
        await Mis.BookOnTheirScreenAsync(target);
        Assert.IsType<Booked.SlotTaken>(await House.RescheduleAsync(booked, target, Key(), default));
        Assert.Equal(slot.Start, (await House.GetAppointmentAsync(booked.Id, default))!.Start);
        Assert.Single(await StandingAsync(patient, slot));
    }

    [Fact]
    public async Task A_move_whose_answer_was_lost_ends_in_one_appointment()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        var target = (await FreeAsync()).Last(free => free.PractitionerId == slot.PractitionerId);
        await Mis.OrderAsync(Trouble.AnswerLost);
        await House.RescheduleAsync(booked, target, key, default);
        Assert.Equal(target.Start, Ok(await House.RescheduleAsync(booked, target, key, default)).Start);
        Assert.Equal(target.Start, Assert.Single(await SnapshotAsync(), one => one.PatientId == patient.Id && one.Status.Stands()).Start);
    }

    [Fact]
    public async Task What_they_move_and_cancel_on_their_own_screen_is_seen()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        var cursor = Can(MisCapabilities.ChangeFeed) ? await CursorAsync() : null;
        var target = (await FreeAsync()).Last(free => free.PractitionerId == slot.PractitionerId);
        await Mis.MoveOnTheirScreenAsync(booked, target);
        var moved = (await House.GetAppointmentAsync(booked.Id, default))!;
        Assert.Equal(target.Start, moved.Start);
        if (Can(MisCapabilities.Versioned))
        {
            Assert.Equal(moved, Assert.IsType<Booked.VersionConflict>(await House.CancelAsync(booked, "", Key(), default)).Current);
        }

        await Mis.CancelOnTheirScreenAsync(moved);
        Assert.Equal(AppointmentStatus.Cancelled, (await SnapshotAsync()).Single(one => one.Id == booked.Id).Status);
        if (cursor is not null)
        {
            var page = await House.ReadChangesAsync(cursor, 100, default);
            Assert.Equal(AppointmentStatus.Cancelled, page.Items.Last(one => one.Id == booked.Id).Status);
            Assert.False(page.More);
            Assert.DoesNotContain((await House.ReadChangesAsync(page.Cursor, 100, default)).Items, one => one.Id != booked.Id);
        }
    }

    [Fact]
    public async Task Changes_come_page_by_page_and_none_is_passed_over()
    {
        if (!Can(MisCapabilities.ChangeFeed))
        {
            await Assert.ThrowsAsync<NotSupportedException>(() => House.ReadChangesAsync(null, 10, default));
            return;
        }

        var cursor = await CursorAsync();
        var patient = await Mis.PatientAsync();
        var slots = await FreeAsync();
        var made = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            made.Add(Ok(await House.BookAsync(new NewAppointment(patient.Id, slots[i * 3]), Key(), default)).Id);
        }

        var (seen, pages) = (new HashSet<string>(), 0);
        ChangePage page;
        do
        {
            page = await House.ReadChangesAsync(cursor, 2, default);
            seen.UnionWith(page.Items.Select(one => one.Id));
            cursor = page.Cursor;
        }
        while (page.More && ++pages < 50);
        Assert.Superset(made, seen);
    }

    [Fact]
    public async Task A_new_patient_is_found_afterwards_and_opened_once()
    {
        Assert.True(Can(MisCapabilities.PatientWrite));
        var (person, key) = (NewPerson(), Key());
        var created = Assert.IsType<MisResult<MisPatient>.Ok>(await House.CreatePatientAsync(person, key, default)).Value;
        Assert.True(person.Is(created));
        Assert.Equal(created, Assert.IsType<MisResult<MisPatient>.Ok>(await House.CreatePatientAsync(person, key, default)).Value);
        Assert.Equal(created, Assert.Single(await House.FindPatientsAsync(person.Phone, null, default)));
    }

    [Fact]
    public async Task A_person_they_have_is_not_opened_again()
    {
        var person = NewPerson();
        var created = Assert.IsType<MisResult<MisPatient>.Ok>(await House.CreatePatientAsync(person, Key(), default)).Value;
        Assert.Contains(created.Id, Assert.IsType<MisResult<MisPatient>.DuplicatePatient>(await House.CreatePatientAsync(person, Key(), default)).Candidates.Select(one => one.Id));
        Assert.Single(await House.FindPatientsAsync(person.Phone, null, default));
    }

    [Fact]
    public async Task A_card_whose_answer_was_lost_is_not_opened_again()
    {
        var (person, key) = (NewPerson(), Key());
        await Mis.OrderAsync(Trouble.AnswerLost);
        await House.CreatePatientAsync(person, key, default);
        Assert.IsType<MisResult<MisPatient>.Ok>(await House.CreatePatientAsync(person, key, default));
        Assert.Single(await House.FindPatientsAsync(person.Phone, null, default));
    }

    [Fact]
    public async Task A_hold_keeps_others_out_until_it_is_let_go()
    {
        var (patient, slot, key) = (await Mis.PatientAsync(), await SlotAsync(), Key());
        var result = await House.HoldAsync(slot, TimeSpan.FromMinutes(5), key, default);
        if (!Can(MisCapabilities.Hold))
        {
            Assert.Equal("mis.not-supported", Assert.IsType<MisResult<MisHold>.Rejected>(result).Code);
            return;
        }

        var hold = Assert.IsType<MisResult<MisHold>.Ok>(result).Value;
        Assert.DoesNotContain(await FreeAsync(), free => free.Id == slot.Id);
        Assert.IsType<Booked.SlotTaken>(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        Assert.IsType<MisResult<MisHold>.SlotTaken>(await House.HoldAsync(slot, TimeSpan.FromMinutes(5), Key(), default));
        Assert.IsType<MisResult<MisHold>.Ok>(await House.ReleaseAsync(hold, default));
        Assert.IsType<MisResult<MisHold>.Ok>(await House.ReleaseAsync(hold, default));
        Assert.IsType<MisResult<MisHold>.Ok>(await House.HoldAsync(slot, TimeSpan.FromMinutes(5), key, default));
        Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), key, default));
    }

    [Fact]
    public async Task A_confirmation_is_taken_down_or_said_to_be_impossible()
    {
        var (patient, slot) = (await Mis.PatientAsync(), await SlotAsync());
        var booked = Ok(await House.BookAsync(new NewAppointment(patient.Id, slot), Key(), default));
        var result = await House.ConfirmAsync(booked, default);
        if (Can(MisCapabilities.Confirm))
        {
            Assert.Equal(booked.Id, Ok(result).Id);
            Ok(await House.ConfirmAsync(Ok(result), default));
        }
        else
        {
            Assert.Equal("mis.not-supported", Assert.IsType<Booked.Rejected>(result).Code);
        }
    }

    protected static MisAppointment Ok(Booked result) => result is Booked.Ok ok ? ok.Value : throw new Xunit.Sdk.XunitException($"Not done: {result}");

    protected static IdempotencyKey Key() => new($"{Guid.NewGuid():N}:test");

    protected Task<IReadOnlyList<MisSlot>> FreeAsync()
    {
        var from = TimeProvider.System.GetUtcNow().AddDays(1);
        return House.ReadFreeSlotsAsync(new SlotWindow(from, from.AddDays(10)), default);
    }

    /// <summary>A free slot with others around it.</summary>
    protected async Task<MisSlot> SlotAsync()
    {
        var free = await FreeAsync();
        return free[free.Count / 2];
    }

    private Task<IReadOnlyList<MisAppointment>> SnapshotAsync() => House.ReadAppointmentsAsync(TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(14), default);

    private async Task<IReadOnlyList<MisAppointment>> StandingAsync(MisPatient patient, MisSlot slot) =>
        [.. (await SnapshotAsync()).Where(one => one.PatientId == patient.Id && one.PractitionerId == slot.PractitionerId && one.Start == slot.Start && one.Status.Stands())];

    private async Task<string> CursorAsync() => (await House.ReadChangesAsync(null, 1, default)).Cursor;

    private static NewPatient NewPerson()
    {
        // A MIS may take those of one name and birthday for one person.
        var number = 100_000 + Interlocked.Increment(ref _people);
        return new NewPatient("Проверкина", "Анна", "Игоревна", new DateOnly(1990, 2, 1).AddDays(number - 100_000), $"+79001{number}", $"new{number}@example.test");
    }
}
