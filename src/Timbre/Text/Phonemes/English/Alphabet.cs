using System.Buffers;

namespace Timbre.Text.Phonemes.English;

/// <summary>The phoneme alphabet of misaki, which Kokoro's voices read.</summary>
internal static class Alphabet
{
    public const char PrimaryStress = 'ˈ';
    public const char SecondaryStress = 'ˌ';

    /// <summary>Punctuation that makes a pause; the curly quotes are spoken as they are but make none.</summary>
    public static readonly SearchValues<char> PauseMarks = SearchValues.Create(";:,.!?—…");

    public static readonly SearchValues<char> Punctuation = SearchValues.Create(";:,.!?—…\"“”");
    public static readonly SearchValues<char> Vowels = SearchValues.Create("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ");
    public static readonly SearchValues<char> Consonants = SearchValues.Create("bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ");

    private static readonly SearchValues<char> Diphthongs = SearchValues.Create("AIOQWYʤʧ");

    /// <summary>How much there is to say: a character counts one, a diphthong or affricate letter two.</summary>
    public static int Weight(string phonemes)
    {
        var weight = phonemes.Length;
        foreach (var phoneme in phonemes)
            if (Diphthongs.Contains(phoneme)) weight++;
        return weight;
    }

    /// <summary>What a word that begins with these phonemes is for the word before it; null where nothing in them sounds or pauses.</summary>
    public static NextSound? FirstSound(string phonemes)
    {
        foreach (var phoneme in phonemes)
        {
            if (Vowels.Contains(phoneme)) return NextSound.Vowel;
            if (Consonants.Contains(phoneme)) return NextSound.Consonant;
            if (PauseMarks.Contains(phoneme)) return NextSound.Pause;
        }
        return null;
    }
}
