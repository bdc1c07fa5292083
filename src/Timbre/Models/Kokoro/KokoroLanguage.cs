namespace Timbre.Models.Kokoro;

/// <summary>A language that Kokoro's voices speak.</summary>
/// <param name="Code">The letter that its voices' names begin with.</param>
/// <param name="Tag">Its language tag.</param>
/// <param name="Aliases">Other names for it.</param>
internal sealed record KokoroLanguage(char Code, string Tag, params string[] Aliases)
{
    private static readonly KokoroLanguage[] All =
    [
        new('a', "en-us", "en"), new('b', "en-gb"), new('e', "es"), new('f', "fr-fr", "fr"), new('h', "hi"),
        new('i', "it"), new('j', "ja"), new('p', "pt-br", "pt"), new('z', "zh"),
    ];

    /// <summary>English is cut by tokens, every other language by sentences.</summary>
    public bool IsEnglish => Code is 'a' or 'b';

    /// <summary>The language of a code, tag or alias.</summary>
    /// <exception cref="ArgumentException">None answers to it.</exception>
    public static KokoroLanguage Find(string name)
    {
        string wanted = name.Trim().Replace('_', '-').ToLowerInvariant();
        return Array.Find(All, language => wanted == language.Tag || wanted.Length == 1 && wanted[0] == language.Code || language.Aliases.Contains(wanted))
            ?? throw new ArgumentException($"language '{name}' is not one that Kokoro speaks: {string.Join(", ", All.Select(language => $"{language.Tag} ({language.Code})"))}.");
    }

    /// <summary>The language of a voice, by its first letter; null where that says nothing.</summary>
    public static KokoroLanguage? OfVoice(string voice) => Array.Find(All, language => voice.StartsWith(language.Code));
}
