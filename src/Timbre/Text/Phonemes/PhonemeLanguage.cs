using Timbre.Text.Phonemes.English;

namespace Timbre.Text.Phonemes;

/// <summary>A language that voices speak, with the names it goes by.</summary>
/// <param name="Tag">Its language tag.</param>
/// <param name="Letter">Kokoro's code for it, the first letter of a voice's name.</param>
/// <param name="Name">Its name in English.</param>
/// <param name="Aliases">Other tags for it.</param>
internal sealed record PhonemeLanguage(string Tag, char Letter, string Name, params string[] Aliases)
{
    /// <summary>All languages of the voices.</summary>
    public static IReadOnlyList<PhonemeLanguage> All { get; } =
    [
        new("en-us", 'a', "American English", "en") { Accent = EnglishAccent.American },
        new("en-gb", 'b', "British English") { Accent = EnglishAccent.British },
        new("es", 'e', "Spanish", "es-es") { EspeakVoice = "es" },
        new("fr", 'f', "French", "fr-fr") { EspeakVoice = "fr-fr" },
        new("hi", 'h', "Hindi", "hi-in") { EspeakVoice = "hi" },
        new("it", 'i', "Italian", "it-it") { EspeakVoice = "it" },
        new("pt", 'p', "Brazilian Portuguese", "pt-br") { EspeakVoice = "pt-br" },
        new("ja", 'j', "Japanese", "ja-jp"),
        new("zh", 'z', "Mandarin Chinese", "zh-cn"),
    ];

    /// <summary>Set where the language is English.</summary>
    public EnglishAccent? Accent { get; init; }

    /// <summary>Set where espeak-ng reads the language.</summary>
    public string? EspeakVoice { get; init; }

    /// <summary>The language that a tag, an alias or a letter names, in any case.</summary>
    /// <exception cref="ArgumentException">No language goes by it.</exception>
    public static PhonemeLanguage Find(string tag)
    {
        var name = tag.Trim().Replace('_', '-').ToLowerInvariant();
        return All.FirstOrDefault(language => name == language.Tag || name == language.Letter.ToString() || language.Aliases.Contains(name))
            ?? throw new ArgumentException(
                $"'{tag}' is not a language that can be read; known are {string.Join(", ", All.Select(language => language.Tag))}.", nameof(tag));
    }
}
