using Timbre.Loading;
using Timbre.Text.Phonemes.English;

namespace Timbre.Text.Phonemes;

/// <summary>The way in to phonemes: loads what reads a language.</summary>
public static class Phonemizers
{
    /// <summary>Loads the phonemizer of a language. English reads its data from the catalog, the other languages ask espeak-ng.</summary>
    /// <param name="language">A tag such as <c>en-us</c>, <c>en-gb</c> or <c>fr</c>.</param>
    /// <param name="catalog">Where the English data is looked for; null takes the default.</param>
    /// <exception cref="ArgumentException">The tag names no language of the voices.</exception>
    /// <exception cref="ModelNotSupportedException">The data is not there.</exception>
    /// <exception cref="NotSupportedException">The language cannot be read yet.</exception>
    public static IPhonemizer Load(string language, ModelCatalog? catalog = null)
    {
        ArgumentNullException.ThrowIfNull(language);
        return From(catalog ?? ModelCatalog.Default).Get(language);
    }

    /// <summary>Loads each phonemizer when it is first asked for and keeps it, for a model that speaks many languages.</summary>
    internal static PhonemizerFactory From(ModelCatalog catalog) => new(accent => English(accent, catalog));

    private static EnglishPhonemizer English(EnglishAccent accent, ModelCatalog catalog)
    {
        string lexicons = Folder(catalog, "lexicons");
        var lexicon = new Lexicon(lexicons, accent);
        var dictionary = new PronouncingDictionary(Path.Combine(lexicons, "cmudict.txt.br"));
        var unknownWords = new UnknownWordReader(lexicon, dictionary, new LetterToPhoneNetwork(Folder(catalog, "g2p_en")));
        return new EnglishPhonemizer(lexicon, new EnglishTagger(Folder(catalog, "en_core_web_sm_tagger")), unknownWords);
    }

    private static string Folder(ModelCatalog catalog, string name) => catalog.TryFind(name) ?? throw new ModelNotSupportedException(
        $"English needs the folder '{name}', which Timbre ships. Looked in: {string.Join(", ", catalog.Folders)}.");
}
