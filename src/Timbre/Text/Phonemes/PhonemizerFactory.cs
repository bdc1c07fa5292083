using Timbre.Text.Phonemes.English;

namespace Timbre.Text.Phonemes;

/// <summary>Makes the phonemizer of a language, once for each.</summary>
/// <param name="english">Makes the one for an English accent.</param>
internal sealed class PhonemizerFactory(Func<EnglishAccent, IPhonemizer> english)
{
    private readonly Dictionary<string, IPhonemizer> _made = [];
    private readonly Lock _gate = new();

    /// <summary>The phonemizer for a language tag (<c>en-us</c>, <c>fr</c>) or one of Kokoro's letters (<c>a</c>, <c>f</c>).</summary>
    /// <exception cref="ArgumentException">The tag names no language of the voices.</exception>
    /// <exception cref="NotSupportedException">The language cannot be read yet.</exception>
    public IPhonemizer Get(string languageTag)
    {
        var language = PhonemeLanguage.Find(languageTag);
        lock (_gate)
        {
            if (!_made.TryGetValue(language.Tag, out var phonemizer)) _made[language.Tag] = phonemizer = Make(language);
            return phonemizer;
        }
    }

    private IPhonemizer Make(PhonemeLanguage language) => language switch
    {
        { Accent: { } accent } => english(accent),
        { EspeakVoice: { } voice } => new EspeakPhonemizer(voice),
        _ => throw new NotSupportedException(
            $"{language.Name} ('{language.Tag}') cannot be turned into phonemes yet: its reader is not there. Voices of other languages can be used."),
    };
}
