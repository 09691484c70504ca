using MedCrm.Hosting.Names;

namespace MedCrm.Patients.Identification;

/// <summary>What the window says of each field, as stable words that it translates.</summary>
internal static class MatchReason
{
    public static IReadOnlyList<string> Of(Comparison fields, Household household, Facts known)
    {
        var reasons = new List<string>();
        if (fields.Phone == Agreement.Equal)
        {
            reasons.Add("phone");
        }

        Say("email", fields.Email, tellDifference: false);
        if (fields is { Family: Agreement.Equal, Given: Agreement.Equal, IsShortForm: false } && fields.Patronymic is Agreement.Equal)
        {
            reasons.Add("full-name");
        }
        else
        {
            Say(fields.IsPreviousFamily ? "previous-family" : "family", fields.IsPreviousFamily ? Agreement.Equal : fields.Family);
            Say(fields.IsShortForm ? "given-short" : "given", fields.Given);
            Say("patronymic", fields.Patronymic);
        }

        if (fields.IsSwapped)
        {
            reasons.Add("names-swapped");
        }

        Say("birth", fields.Birth);
        Say("snils", fields.Snils);
        Say("oms", fields.OmsPolicy);
        if (fields.SexDiffers)
        {
            reasons.Add("sex-differs");
        }

        if (fields.Phone == Agreement.Equal && household.OnPhone > 1)
        {
            reasons.Add("shared-phone");
        }

        if (known.BirthOn is null)
        {
            reasons.Add("birth-unknown");
        }

        return reasons;

        void Say(string field, Agreement agreement, bool tellDifference = true)
        {
            switch (agreement)
            {
                case Agreement.Equal:
                    reasons.Add(field);
                    break;
                case Agreement.Close:
                    reasons.Add($"{field}-close");
                    break;
                case Agreement.Similar:
                    reasons.Add($"{field}-similar");
                    break;
                case Agreement.Differs when tellDifference:
                    reasons.Add($"{field}-differs");
                    break;
                default:
                    break;
            }
        }
    }
}
