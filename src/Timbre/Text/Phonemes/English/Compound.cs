using System.Text;

namespace Timbre.Text.Phonemes.English;

/// <summary>Makes one spoken word of the parts of a group.</summary>
internal static class Compound
{
    /// <summary>
    /// The phonemes of the group: its parts as separate words where it mixes letters, digits and signs (<c>MP3</c>, <c>and/or</c>),
    /// else as one compound in which the lighter parts lose their primary stress (<c>well-known</c>).
    /// </summary>
    /// <param name="parts">Read parts; those without a reading have none.</param>
    /// <param name="unknown">Stands for a part without a reading.</param>
    public static string Join(IReadOnlyList<Word> parts, string unknown)
    {
        var isUnread = parts.Select(part => part.Phonemes is null).ToArray();
        for (var i = 0; i < parts.Count; i++)
        {
            if (!isUnread[i]) continue;
            if (i == parts.Count - 1 && parts[i].Text is [var mark] && Alphabet.PauseMarks.Contains(mark)) parts[i].Phonemes = parts[i].Text;
            else if (parts[i].IsSilent) parts[i].Phonemes = "";
        }
        var isSeparate = AreSeparateWords(Word.TextOf(parts));
        if (!isSeparate) WeakenLighterParts(parts);
        var phonemes = new StringBuilder();
        for (var i = 0; i < parts.Count; i++)
        {
            if (isSeparate && i > 0 && !isUnread[i] && parts[i].Phonemes != "" && phonemes.Length > 0 && phonemes[^1] != ' ') phonemes.Append(' ');
            phonemes.Append(parts[i].Phonemes ?? unknown);
        }
        return phonemes.ToString();
    }

    private static bool AreSeparateWords(string text)
    {
        if (text.AsSpan().ContainsAny(' ', '/')) return true;
        var kinds = text.Where(c => !Word.IsSilentMark(c)).Select(c => char.IsLetter(c) ? 0 : char.IsAsciiDigit(c) ? 1 : 2);
        return kinds.Distinct().Count() > 1;
    }

    private static void WeakenLighterParts(IReadOnlyList<Word> parts)
    {
        var sounding = parts.Where(part => !string.IsNullOrEmpty(part.Phonemes)).ToList();
        if (sounding.Count == 2 && sounding[0].Text.Length == 1)
        {
            Weaken(sounding[1]);
            return;
        }
        var stressed = sounding.Count(HasPrimary);
        if (sounding.Count < 2 || stressed <= (sounding.Count + 1) / 2) return;
        foreach (var part in sounding.OrderBy(HasPrimary).ThenBy(part => Alphabet.Weight(part.Phonemes!)).Take(sounding.Count / 2).ToList()) Weaken(part);
    }

    private static bool HasPrimary(Word part) => part.Phonemes!.Contains(Alphabet.PrimaryStress);

    private static void Weaken(Word part) => part.Phonemes = StressRule.Apply(part.Phonemes!, StressRule.Weaker);
}
