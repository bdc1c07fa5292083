namespace Timbre.Text.Phonemes;

/// <summary>Turns text of one language into phonemes.</summary>
public interface IPhonemizer
{
    /// <summary>The tokens of the text with their readings; joined with their spaces they are the phonemes of the text.</summary>
    IReadOnlyList<PhonemeToken> Phonemize(string text);
}
