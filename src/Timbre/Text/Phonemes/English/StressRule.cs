using static Timbre.Text.Phonemes.English.Alphabet;

namespace Timbre.Text.Phonemes.English;

/// <summary>Raises or lowers the stress of a reading, by levels from -2 (none) to 2 (primary); misaki's scale.</summary>
internal static class StressRule
{
    /// <summary>The level that removes all marks.</summary>
    public const double None = -2;

    /// <summary>The level that makes primary stress secondary.</summary>
    public const double Weaker = -0.5;

    /// <summary>The reading at a level; as it is where the level is null.</summary>
    public static string Apply(string phonemes, double? level)
    {
        if (level is not { } wanted) return phonemes;
        var hasPrimary = phonemes.Contains(PrimaryStress);
        var hasMark = hasPrimary || phonemes.Contains(SecondaryStress);
        return wanted switch
        {
            < -1 => phonemes.Replace("ˈ", "").Replace("ˌ", ""),
            -1 => Lower(phonemes),
            0 or Weaker when hasPrimary => Lower(phonemes),
            0 or 0.5 or 1 when !hasMark => BeforeFirstVowel(phonemes, "ˌ"),
            >= 1 when hasMark && !hasPrimary => phonemes.Replace(SecondaryStress, PrimaryStress),
            > 1 when !hasMark => BeforeFirstVowel(phonemes, "ˈ"),
            _ => phonemes,
        };
    }

    private static string Lower(string phonemes) => phonemes.Replace("ˌ", "").Replace(PrimaryStress, SecondaryStress);

    private static string BeforeFirstVowel(string phonemes, string mark)
    {
        var vowel = phonemes.AsSpan().IndexOfAny(Vowels);
        return vowel < 0 ? phonemes : phonemes.Insert(vowel, mark);
    }
}
