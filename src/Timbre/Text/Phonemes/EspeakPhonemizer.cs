using System.Text;
using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes;

/// <summary>
/// Text to phonemes by espeak-ng, in the alphabet of misaki: punctuation is set aside and put back, the stretches between are read one by one,
/// and affricates and diphthongs become single letters.
/// </summary>
internal sealed partial class EspeakPhonemizer(string voice, EspeakProgram? program = null) : IPhonemizer
{
    private static readonly (string Tied, string Letter)[] SingleLetters =
    [
        ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^z", "ʣ"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("s^s", "S"), ("t^s", "ʦ"), ("t^ʃ", "ʧ"),
        ("ɔ^ɪ", "Y"), ("ə^ʊ", "Q"),
    ];

    private readonly EspeakProgram _program = program ?? new EspeakProgram();

    /// <summary>One token for the whole text, since espeak-ng joins and splits words.</summary>
    public IReadOnlyList<PhonemeToken> Phonemize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Brackets hide behind angle quotes while espeak-ng's own brackets, around names of languages, are removed.
        var hidden = text.Replace('«', '“').Replace('»', '”').Replace('(', '«').Replace(')', '»');
        var phonemes = new StringBuilder();
        var end = 0;
        foreach (var mark in Marks().EnumerateMatches(hidden))
        {
            phonemes.Append(ReadStretch(hidden[end..mark.Index])).Append(hidden, mark.Index, mark.Length);
            end = mark.Index + mark.Length;
        }
        phonemes.Append(ReadStretch(hidden[end..]));
        foreach (var (tied, letter) in SingleLetters) phonemes.Replace(tied, letter);
        phonemes.Replace("^", "").Replace("-", "").Replace('«', '(').Replace('»', ')');
        return [new PhonemeToken(text, "", "", phonemes.ToString().Trim())];
    }

    private string ReadStretch(string text) => string.IsNullOrWhiteSpace(text) ? ""
        : WhiteSpace().Replace(LanguageFlag().Replace(_program.Read(WhiteSpace().Replace(text, " "), voice), ""), " ").Trim();

    [GeneratedRegex("""\s*[;:,.!?¡¿—…"«»“”(){}[\]]+\s*""")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex LanguageFlag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
