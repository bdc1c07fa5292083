namespace Timbre.Text.Phonemes.English;

/// <summary>
/// English text to the phonemes of Kokoro's voices, after misaki 0.9.4: lexicons with homographs by part of speech, rules for suffixes,
/// numbers, abbreviations, compounds and weak forms, and overrides in the text (<see cref="TextOverrides"/>).
/// </summary>
/// <param name="lexicon">The dictionaries of the accent.</param>
/// <param name="tagger">Cuts and tags the text.</param>
/// <param name="unknownWords">Reads what nothing else knows; without one such a word has no phonemes.</param>
internal sealed class EnglishPhonemizer(Lexicon lexicon, IEnglishTagger tagger, IUnknownWordReader? unknownWords = null) : IPhonemizer
{
    /// <summary>Stands for a part without a reading inside a word of which other parts are read.</summary>
    private readonly string _unknown = unknownWords is null ? "❓" : "";

    /// <summary>More parts than this are never one word; it bounds the work on text without white space.</summary>
    private const int LongestRun = 40;

    private readonly WordReader _reader = new(lexicon);

    /// <inheritdoc/>
    public IReadOnlyList<PhonemeToken> Phonemize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var overrides = TextOverrides.Parse(text);
        return Phonemize(overrides.Apply(tagger.Tag(overrides.Text)));
    }

    /// <summary>Reads words that are already cut and tagged, from the last to the first, for each hangs on the one after.</summary>
    public IReadOnlyList<PhonemeToken> Phonemize(IReadOnlyList<Word> words)
    {
        var groups = WordGrouping.Group(words);
        var tokens = new PhonemeToken[groups.Count];
        var context = new ReadingContext(NextSound.Pause, NextIsTo: false);
        for (var i = groups.Count - 1; i >= 0; i--)
        {
            var group = groups[i];
            var phonemes = group.Count == 1 ? ReadSingle(group[0], ref context) : ReadGroup(group, ref context);
            // The voices know the flap as T and the glottal stop as t.
            phonemes = phonemes?.Replace('ɾ', 'T').Replace('ʔ', 't');
            var joined = Word.Join(group);
            tokens[i] = new PhonemeToken(joined.Text, joined.Tag, joined.Whitespace, phonemes);
        }
        return tokens;
    }

    private string? ReadSingle(Word word, ref ReadingContext context)
    {
        var phonemes = word.Phonemes ?? _reader.Read(word, context) ?? unknownWords?.Read(word.Text);
        context = context.Before(word, phonemes);
        return phonemes;
    }

    /// <summary>
    /// Reads a group greedily from the right: the longest run of parts that is known as one word, then what lies to its left.
    /// Where a part stays unknown, the reader of unknown words is asked for the whole group.
    /// </summary>
    private string? ReadGroup(List<Word> parts, ref ReadingContext context)
    {
        var isReaderAsked = unknownWords is null;
        var right = parts.Count;
        for (var left = Leftmost(right); right > 0;)
        {
            var run = Word.Join(parts[left..right]);
            if (_reader.Read(run, context) is { } phonemes)
            {
                parts[left].Phonemes = phonemes;
                foreach (var part in parts[(left + 1)..right]) part.Phonemes = "";
                context = context.Before(run, phonemes);
                right = left;
                left = Leftmost(right);
            }
            else if (++left == right)
            {
                var part = parts[--right];
                left = Leftmost(right);
                if (part.IsSilent) part.Phonemes = "";
                else if (!isReaderAsked && unknownWords!.Read(Word.Join(parts).Text) is { } whole) return whole;
                else isReaderAsked = true;
            }
        }
        return Compound.Join(parts, _unknown);
    }

    private static int Leftmost(int right) => Math.Max(0, right - LongestRun);
}
