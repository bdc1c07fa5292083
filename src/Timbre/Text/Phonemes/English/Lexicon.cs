using System.Text;

namespace Timbre.Text.Phonemes.English;

/// <summary>The two dictionaries of an accent, gold (checked, with homographs) before silver, and the spelling of abbreviations by letters.</summary>
internal sealed class Lexicon
{
    private readonly LexiconFile _gold;
    private readonly LexiconFile _silver;

    /// <summary>Opens the dictionaries of an accent.</summary>
    /// <param name="folder">Holds <c>us_gold.json.br</c>, <c>us_silver.json.br</c>, <c>gb_gold.json.br</c>, <c>gb_silver.json.br</c>.</param>
    /// <param name="accent">Whose English.</param>
    public Lexicon(string folder, EnglishAccent accent)
    {
        var name = accent == EnglishAccent.British ? "gb" : "us";
        Accent = accent;
        var silver = Task.Run(() => Open("silver"));
        _gold = Open("gold");
        _silver = silver.GetAwaiter().GetResult();

        LexiconFile Open(string grade)
        {
            var path = Path.Combine(folder, $"{name}_{grade}.json.br");
            return File.Exists(path) ? LexiconFile.Open(path)
                : throw new FileNotFoundException($"The English lexicon '{path}' is missing; it is part of the models/lexicons folder of Timbre.", path);
        }
    }

    public EnglishAccent Accent { get; }

    /// <summary>The four symbols that are read as words.</summary>
    public static string? WordOfSymbol(string text) => text switch { "%" => "percent", "&" => "and", "+" => "plus", "@" => "at", _ => null };

    public bool IsListed(string word) => _gold.Contains(word) || _silver.Contains(word);

    /// <summary>Whether <see cref="Read"/> may be asked: the word is listed or can be spelled as an abbreviation.</summary>
    public bool IsKnown(string word)
    {
        if (IsListed(word) || WordOfSymbol(word) is not null) return true;
        if (word.Length == 0 || !word.All(char.IsAsciiLetter)) return false;
        return word.Length == 1 || (IsUpper(word) && _gold.Contains(word.ToLowerInvariant())) || IsUpper(word[1..]);
    }

    /// <summary>The gold reading without regard to context, for words of fixed reading.</summary>
    public string? Gold(string word, string? tag = null) => _gold.TryRead(word, tag, false, out var phonemes) ? phonemes : null;

    /// <summary>The reading of a word as listed, or spelled where it is an abbreviation; null where neither is possible.</summary>
    /// <param name="word">The word.</param>
    /// <param name="tag">Its part of speech.</param>
    /// <param name="stress">The stress level that its capitals ask for.</param>
    /// <param name="beforePause">Whether a pause follows.</param>
    public string? Read(string word, string? tag, double? stress, bool beforePause)
    {
        var isName = false;
        if (IsUpper(word) && !_gold.Contains(word))
        {
            word = word.ToLowerInvariant();
            isName = tag == "NNP";
        }
        if (!_gold.TryRead(word, tag, beforePause, out var phonemes) && !isName) _silver.TryRead(word, tag, beforePause, out phonemes);
        if (phonemes is null || (isName && !phonemes.Contains(Alphabet.PrimaryStress))) return Spell(word);
        return StressRule.Apply(phonemes, stress);
    }

    /// <summary>The letters of the text one by one, the last one stressed; null where one of them has no name.</summary>
    public string? Spell(string text)
    {
        var letters = new StringBuilder();
        foreach (var letter in text.Where(char.IsLetter))
        {
            if (Gold(char.ToUpperInvariant(letter).ToString()) is not { } name) return null;
            letters.Append(name);
        }
        var spelled = StressRule.Apply(letters.ToString(), 0);
        var last = spelled.LastIndexOf(Alphabet.SecondaryStress);
        return last < 0 ? spelled : $"{spelled[..last]}{Alphabet.PrimaryStress}{spelled[(last + 1)..]}";
    }

    /// <summary>Whether nothing in the text is in lower case.</summary>
    public static bool IsUpper(string text) => text == text.ToUpperInvariant();
}
