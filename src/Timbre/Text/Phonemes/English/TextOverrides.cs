using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// A text with its overrides taken out: <c>[word](/phonemes/)</c> gives the reading, <c>[word](2)</c> or <c>[word](-0.5)</c> the stress,
/// <c>[100](#&amp;#)</c> the number flags. Anything else in the round brackets has no effect.
/// </summary>
internal sealed partial class TextOverrides
{
    private readonly List<Feature> _features = [];

    private TextOverrides(string text)
    {
        var plain = new StringBuilder();
        var (end, inked) = (0, 0);
        foreach (Match link in Link().Matches(text))
        {
            Append(text.AsSpan(end, link.Index - end));
            var start = inked;
            Append(link.Groups[1].ValueSpan);
            if (Parse(link.Groups[2].Value, start, inked) is { } feature) _features.Add(feature);
            end = link.Index + link.Length;
        }
        Append(text.AsSpan(end));
        Text = plain.ToString();

        void Append(ReadOnlySpan<char> piece)
        {
            plain.Append(piece);
            inked += CountInked(piece);
        }
    }

    /// <summary>The text without brackets and features, as the tokenizer is to see it.</summary>
    public string Text { get; }

    /// <summary>Takes the overrides out of a text.</summary>
    public static TextOverrides Parse(string text) => new(text.TrimStart());

    /// <summary>The tokens of <see cref="Text"/> as words that carry the overrides; a reading that spans several tokens makes one word of them.</summary>
    public List<Word> Apply(IReadOnlyList<TaggedToken> tokens)
    {
        var words = new List<Word>(tokens.Count);
        var (position, next) = (0, 0);
        Feature? reading = null;
        foreach (var token in tokens)
        {
            var end = position + CountInked(token.Text);
            while (next < _features.Count && _features[next].End <= position) next++;
            var feature = next < _features.Count && _features[next].Start < end && end > position ? _features[next] : null;
            var word = new Word(token.Text, token.Tag, token.Whitespace)
            {
                Stress = feature?.Stress, NumberFlags = feature?.NumberFlags ?? "", Phonemes = feature?.Phonemes,
            };
            if (feature?.Phonemes is not null && feature == reading)
                words[^1] = words[^1] with { Text = words[^1].Text + words[^1].Whitespace + word.Text, Whitespace = word.Whitespace };
            else words.Add(word);
            reading = feature;
            position = end;
        }
        return words;
    }

    private static Feature? Parse(string feature, int start, int end)
    {
        if (WholeNumber().IsMatch(feature) || feature is "0.5" or "+0.5" or "-0.5")
            return new Feature(start, end, Stress: double.Parse(feature, CultureInfo.InvariantCulture));
        return feature switch
        {
            ['/', .. var phonemes, '/'] => new Feature(start, end, Phonemes: phonemes.Trim('/')),
            ['#', .. var flags, '#'] => new Feature(start, end, NumberFlags: flags.Trim('#')),
            _ => null,
        };
    }

    private static int CountInked(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var c in text)
            if (!char.IsWhiteSpace(c)) count++;
        return count;
    }

    [GeneratedRegex(@"\[([^\]]+)\]\(([^\)]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^[-+]?[0-9]+$")]
    private static partial Regex WholeNumber();

    /// <summary>What is said of a stretch of the text, counted in characters that are not white space.</summary>
    private sealed record Feature(int Start, int End, double? Stress = null, string? Phonemes = null, string? NumberFlags = null);
}
