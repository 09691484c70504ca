using Xunit;

namespace MedCrm.Connectors.Testing;

/// <summary>
/// What every connector owes, asked of it from outside: over its own host, a real database and bus, and its peer. A connector brings the peer and its samples;
/// nothing here knows any channel. Numbers are those of the report.
/// </summary>
/// <param name="postgres">The run's PostgreSQL.</param>
public abstract class ConformanceSuite(PostgresFixture postgres)
{
    // Whatever hangs, in a connector or in its peer, is a failure with a name and not a run that never ends.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6);

    /// <summary>A fresh far side, not started; each check has its own.</summary>
    protected abstract ChannelPeer CreatePeer();

    [Fact]
    public Task C1_The_connection_test_tells_good_credentials_from_bad() => RunAsync("C1");

    [Fact]
    public Task C2_Every_sample_is_understood_as_its_golden_file_says() => RunAsync("C2");

    [Fact]
    public Task C3_An_input_that_comes_twice_and_on_two_workers_is_one_message() => RunAsync("C3");

    [Fact]
    public Task C4_A_crash_before_or_after_the_commit_loses_and_doubles_nothing() => RunAsync("C4");

    [Fact]
    public Task C5_A_lost_line_is_dialled_with_patience_and_comes_back() => RunAsync("C5");

    [Fact]
    public Task C6_Out_of_order_and_repeated_inputs_end_in_the_same_picture() => RunAsync("C6");

    [Fact]
    public Task C7_What_came_while_it_was_away_is_caught_up() => RunAsync("C7");

    [Fact]
    public Task C8_Forged_and_replayed_calls_are_401_and_leave_nothing() => RunAsync("C8");

    [Fact]
    public Task C9_Pings_and_challenges_get_their_exact_answer() => RunAsync("C9");

    [Fact]
    public Task C10_A_webhook_answers_in_time_and_never_before_it_is_stored() => RunAsync("C10");

    [Fact]
    public Task C11_Hostile_content_is_kept_or_refused_and_the_next_message_follows() => RunAsync("C11");

    [Fact]
    public Task C12_Texts_survive_the_way_in_and_out() => RunAsync("C12");

    [Fact]
    public Task C13_An_answer_is_shown_under_the_message_it_answers() => RunAsync("C13");

    [Fact]
    public Task C14_Slow_down_is_obeyed_and_the_order_kept() => RunAsync("C14");

    [Fact]
    public Task C15_Somebody_out_of_reach_for_good_is_a_failed_delivery_with_a_reason() => RunAsync("C15");

    [Fact]
    public Task C16_An_answer_whose_acknowledgement_was_lost_is_not_shown_twice() => RunAsync("C16");

    [Fact]
    public Task C17_An_edit_arrives_and_the_first_words_stay() => RunAsync("C17");

    [Fact]
    public Task C18_A_machine_gets_no_automatic_answer() => RunAsync("C18");

    [Fact]
    public Task C19_Files_arrive_whole_with_safe_names_and_honest_types() => RunAsync("C19");

    [Fact]
    public Task C20_No_log_holds_a_secret_a_number_or_a_word_of_a_patient() => RunAsync("C20");

    [Fact]
    public Task C21_Times_are_instants_and_none_lies_in_the_future() => RunAsync("C21");

    [Fact]
    public Task C22_It_stops_within_five_seconds_whatever_it_is_doing() => RunAsync("C22");

    private async Task RunAsync(string check)
    {
        var peer = CreatePeer();
        var key = ConnectorManifest.Read(peer.Folder).Key;
        if (ConformanceChecks.WhyNot(check, peer) is { } reason)
        {
            ConformanceReport.Note(key, check, reason);
            await peer.DisposeAsync();

            // Not a skip: the report says so, and which checks may be left out is itself checked against the manifest.
            return;
        }

        try
        {
            await ConformanceChecks.RunAsync(check, peer, postgres, TestContext.Current.CancellationToken).WaitAsync(Longest, TestContext.Current.CancellationToken);
            ConformanceReport.Note(key, check, "ok");
        }
        catch (Exception e) when (e.GetType().Name != "SkipException")
        {
            ConformanceReport.Note(key, check, "FAIL");
            throw;
        }
    }
}
