namespace Timbre.Text.Phonemes.English;

/// <summary>A word, or a part of one, on its way from a token to its reading.</summary>
internal sealed record Word(string Text, string Tag, string Whitespace)
{
    /// <summary>Characters that are silent where they stand alone in a group.</summary>
    private const string SilentMarks = "',-._‘’/";

    /// <summary>Its reading; null as long as it has none.</summary>
    public string? Phonemes { get; set; }

    /// <summary>The stress level that an override asks for.</summary>
    public double? Stress { get; init; }

    /// <summary>How a number is to be read, see <see cref="NumberReader.Read"/>.</summary>
    public string NumberFlags { get; init; } = "";

    /// <summary>The word that is read in place of the text.</summary>
    public string? Alias { get; init; }

    /// <summary>The currency sign before a number.</summary>
    public char? Currency { get; init; }

    /// <summary>Whether it begins a group rather than being joined to the part before.</summary>
    public bool IsHead { get; init; } = true;

    /// <summary>Whether nothing remains to be read.</summary>
    public bool IsSettled => Phonemes is not null || Alias is not null;

    public static bool IsSilentMark(char mark) => SilentMarks.Contains(mark);

    public bool IsSilent => Text.All(IsSilentMark);

    /// <summary>Several parts as one word, not read yet.</summary>
    public static Word Join(IReadOnlyList<Word> parts)
    {
        if (parts.Count == 1) return parts[0];
        var stresses = parts.Select(part => part.Stress).OfType<double>().Distinct().ToList();
        return new Word(TextOf(parts), parts.MaxBy(part => LetterWeight(part.Text))!.Tag, parts[^1].Whitespace)
        {
            Stress = stresses.Count == 1 ? stresses[0] : null,
            NumberFlags = string.Concat(parts.SelectMany(part => part.NumberFlags).Distinct()),
            Currency = parts.Max(part => part.Currency),
            IsHead = parts[0].IsHead,
        };
    }

    /// <summary>The text of the parts with the whitespace between them.</summary>
    public static string TextOf(IReadOnlyList<Word> parts) =>
        string.Concat(parts.Select((part, i) => i < parts.Count - 1 ? part.Text + part.Whitespace : part.Text));

    private static int LetterWeight(string text) => text.Sum(letter => letter == char.ToLowerInvariant(letter) ? 1 : 2);
}
