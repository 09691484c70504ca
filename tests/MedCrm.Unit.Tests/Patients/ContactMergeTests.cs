using System.Text.Json;
using MedCrm.Contracts;
using MedCrm.Hosting.Json;
using MedCrm.Patients.Contacts;
using Xunit;

namespace MedCrm.Unit.Tests.Patients;

/// <summary>A merge is a word that can be taken back: afterwards everything is as if it had never been said.</summary>
public sealed class ContactMergeTests
{
    private static readonly Agent Anna = new(new AgentId(Guid.Parse("00000000-0000-7000-8000-00000000a44a")), "Ковалёва Анна");

    [Fact]
    public void A_surname_told_first_is_not_everybodys_of_the_family_later()
    {
        var anna = new Contact { Id = Guid.NewGuid() };
        Contact? Chosen(string name, params string[] known) => ContactChoice.Of([], [anna], name, _ => known);
        Assert.Same(anna, Chosen("Мария Петрова", "Петрова"));
        Assert.Null(Chosen("Мария Петрова", "Петрова", "Анна Петрова"));
        Assert.Same(anna, Chosen("Аня", "Петрова", "Анна Петрова"));
        Assert.Same(anna, Chosen("Петрова", "Петрова", "Анна Петрова"));
    }

    [Fact]
    public void Unmerge_after_merge_is_identity_whatever_arrives_in_between()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var before = Enumerable.Range(0, 12).Select(_ => Message.Any(random)).ToList();
            var between = Enumerable.Range(0, 12).Select(_ => Message.Any(random)).ToList();
            var (merged, plain) = (new Town(), new Town());
            foreach (var message in before)
            {
                merged.Hear(message);
                plain.Hear(message);
            }

            // A chain or a star of merges, taken back in any order.
            var roots = merged.Contacts.Keys.Order().OrderBy(_ => random.Next()).Take(4).ToList();
            var joined = new List<(Guid Into, Guid Other)>();
            foreach (var other in roots.Skip(1))
            {
                var into = merged.Root(roots[random.Next(roots.IndexOf(other))]);
                merged.Merge(into, other);
                joined.Add((into, other));
            }

            Assert.Single(roots.Select(merged.Root).Distinct());
            foreach (var message in between)
            {
                merged.Hear(message);
                plain.Hear(message);
            }

            foreach (var (into, other) in joined.OrderBy(_ => random.Next()))
            {
                merged.Unmerge(into, other);
            }

            Assert.Equal(plain.Written(), merged.Written());
        }
    }

    [Fact]
    public void While_merged_the_two_are_shown_as_one_and_nothing_of_either_is_missing()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var town = new Town();
            for (var i = 0; i < 15; i++)
            {
                town.Hear(Message.Any(random));
            }

            if (town.Contacts.Keys.Order().Take(2).ToList() is not [var one, var other])
            {
                continue;
            }

            var apart = town.View(one).Points.Concat(town.View(other).Points).Select(pair => pair.Point.Value.Key).ToHashSet();
            var names = town.View(one).Names.Concat(town.View(other).Names).Select(name => name.Key).ToHashSet();
            town.Merge(one, other);
            Assert.Equal(town.View(one).Id, town.View(other).Id);
            Assert.True(apart.SetEquals(town.View(other).Points.Select(pair => pair.Point.Value.Key)));
            Assert.True(names.SetEquals(town.View(other).Names.Select(name => name.Key)));
        }
    }

    [Fact]
    public void Every_fact_says_where_it_comes_from_also_after_a_merge()
    {
        var town = new Town();
        var mother = town.Hear(new Message(["p1"], [], "Петрова Анна"));
        var letter = town.Hear(new Message([], ["m1"], "Анна Петрова"));
        town.Merge(mother, letter);
        var view = town.View(letter);
        Assert.Equal(mother, view.Id.Value);
        Assert.Equal([mother, letter], view.Points.Select(pair => pair.Of.Id));
        Assert.Equal([1, 2], view.Points.Select(pair => pair.Point.From.At.Minute));
    }

    [Fact]
    public void A_shared_phone_is_a_household_and_never_a_person()
    {
        var town = new Town();
        var mother = town.Hear(new Message(["p1"], [], "Петрова Анна"));
        var son = town.Hear(new Message(["p1"], [], "Пётр Петров"));
        Assert.NotEqual(mother, son);
        Assert.Equal(mother, town.Hear(new Message(["p1"], [], "Аня")));
        Assert.Equal(son, town.Hear(new Message(["p1"], [], "Петя")));
        // Whoever gives no name is nobody of the family in particular, and stays the same nobody.
        var nobody = town.Hear(new Message(["p1"], [], null));
        Assert.DoesNotContain(nobody, new[] { mother, son });
        Assert.Equal(nobody, town.Hear(new Message(["p1"], [], null)));
        Assert.Equal(nobody, town.Hear(new Message(["p1"], [], "Петрова")));
    }

    [Fact]
    public void One_who_writes_again_without_a_name_is_still_the_same()
    {
        var town = new Town();
        var one = town.Hear(new Message(["p1"], [], "Петрова Анна"));
        Assert.Equal(one, town.Hear(new Message(["p1"], [], null)));
    }

    [Fact]
    public void An_account_belongs_to_one_person_whatever_they_call_themselves()
    {
        var town = new Town();
        var one = town.Hear(new Message([], [], "Петрова Анна", Account: "a1"));
        Assert.Equal(one, town.Hear(new Message(["p1"], [], "Мама Пети", Account: "a1")));
    }

    private sealed record Message(string[] Phones, string[] Mails, string? Name, string? Account = null)
    {
        private static readonly string?[] Names = [null, null, "Анна", "Аня Петрова", "Пётр Петров", "Петрова Анна Сергеевна", "Мария Сидорова", "Сидоров"];

        public static Message Any(Random random) => new(
            random.Next(3) == 0 ? [] : [$"p{random.Next(3)}"], random.Next(3) == 0 ? [$"m{random.Next(3)}"] : [], Names[random.Next(Names.Length)],
            random.Next(4) == 0 ? $"a{random.Next(3)}" : null);
    }

    /// <summary>The room of contacts without a database: the same decisions, in memory.</summary>
    private sealed class Town
    {
        private readonly Dictionary<Guid, List<ContactId>> _addresses = [];
        private int _minute;

        public Dictionary<Guid, Contact> Contacts { get; } = [];

        public Guid Hear(Message message)
        {
            var from = new Provenance(null, null, At(++_minute));
            ContactPoint[] points =
            [
                .. message.Account is { } account ? [Point(ContactPointSystem.Account, account)] : Array.Empty<ContactPoint>(),
                .. message.Phones.Select(phone => Point(ContactPointSystem.Phone, phone)), .. message.Mails.Select(mail => Point(ContactPointSystem.Email, mail)),
            ];
            if (points.Length == 0)
            {
                return Guid.Empty;
            }

            var chosen = ContactChoice.Of(
                Owners(ContactPointSystem.Account), [.. Owners(ContactPointSystem.Phone), .. Owners(ContactPointSystem.Email)], message.Name, contact => contact.Names.Select(name => name.Value.Ciphertext));
            var id = chosen?.Id ?? new Guid(_minute, 0, 0, new byte[8]);
            Sealed? name = message.Name is { } told ? new Sealed(default, told) : null;
            var news = IdentifyContactHandler.News(chosen, points, name, message.Name, from);
            Contacts[id] = (chosen is null ? news.Prepend(new ContactBegun(from)) : news).Aggregate(chosen, Contact.After)! with { Id = id };
            foreach (var point in points)
            {
                var owners = _addresses.TryGetValue(point.Key.Value, out var known) ? known : _addresses[point.Key.Value] = [];
                if (!owners.Contains(new ContactId(id)))
                {
                    owners.Add(new ContactId(id));
                }
            }

            return id;

            IReadOnlyList<Contact> Owners(ContactPointSystem system) =>
                [.. points.Where(point => point.System == system).SelectMany(point => _addresses.GetValueOrDefault(point.Key.Value, [])).Distinct().Select(owner => Contacts[owner.Value])];
        }

        public Guid Root(Guid id) => View(id).Id.Value;

        public ContactView View(Guid id) => ContactView.Of(new ContactId(id), one => Contacts.GetValueOrDefault(one.Value))!;

        public void Merge(Guid into, Guid other) => Both(into, other, from => new ContactJoined(new ContactId(other), from), from => new ContactMerged(new ContactId(into), from));

        public void Unmerge(Guid into, Guid other) => Both(into, other, from => new ContactLeft(new ContactId(other), from), from => new ContactUnmerged(from));

        public string Written() => JsonSerializer.Serialize(Contacts.OrderBy(pair => pair.Key).Select(pair => pair.Value), HubJson.Options);

        private void Both(Guid one, Guid other, Func<Provenance, object> toOne, Func<Provenance, object> toOther)
        {
            var from = new Provenance(null, Anna, At(_minute));
            Contacts[one] = Contact.After(Contacts[one], toOne(from));
            Contacts[other] = Contact.After(Contacts[other], toOther(from));
        }

        private static DateTimeOffset At(int minute) => new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero).AddMinutes(minute);

        private static ContactPoint Point(ContactPointSystem system, string value)
        {
            var key = new DataSubjectId(DeterministicId.From("test", system.ToString(), value));
            return new ContactPoint(system, key, new Sealed(key, value));
        }
    }
}
