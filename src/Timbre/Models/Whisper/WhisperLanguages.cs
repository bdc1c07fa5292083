using System.Collections.Frozen;

namespace Timbre.Models.Whisper;

/// <summary>The languages of Whisper in the order of their tokens.</summary>
internal static class WhisperLanguages
{
    // Code and English name, as published with the model.
    private static readonly string[] Table = (
        "en english,zh chinese,de german,es spanish,ru russian,ko korean,fr french,ja japanese,pt portuguese,tr turkish,pl polish,ca catalan,"
        + "nl dutch,ar arabic,sv swedish,it italian,id indonesian,hi hindi,fi finnish,vi vietnamese,he hebrew,uk ukrainian,el greek,ms malay,"
        + "cs czech,ro romanian,da danish,hu hungarian,ta tamil,no norwegian,th thai,ur urdu,hr croatian,bg bulgarian,lt lithuanian,la latin,"
        + "mi maori,ml malayalam,cy welsh,sk slovak,te telugu,fa persian,lv latvian,bn bengali,sr serbian,az azerbaijani,sl slovenian,"
        + "kn kannada,et estonian,mk macedonian,br breton,eu basque,is icelandic,hy armenian,ne nepali,mn mongolian,bs bosnian,kk kazakh,"
        + "sq albanian,sw swahili,gl galician,mr marathi,pa punjabi,si sinhala,km khmer,sn shona,yo yoruba,so somali,af afrikaans,oc occitan,"
        + "ka georgian,be belarusian,tg tajik,sd sindhi,gu gujarati,am amharic,yi yiddish,lo lao,uz uzbek,fo faroese,ht haitian creole,"
        + "ps pashto,tk turkmen,nn nynorsk,mt maltese,sa sanskrit,lb luxembourgish,my myanmar,bo tibetan,tl tagalog,mg malagasy,as assamese,"
        + "tt tatar,haw hawaiian,ln lingala,ha hausa,ba bashkir,jw javanese,su sundanese,yue cantonese").Split(',');

    private static readonly (string Name, string Code)[] Aliases =
    [
        ("burmese", "my"), ("valencian", "ca"), ("flemish", "nl"), ("haitian", "ht"), ("letzeburgesch", "lb"), ("pushto", "ps"),
        ("panjabi", "pa"), ("moldavian", "ro"), ("moldovan", "ro"), ("sinhalese", "si"), ("castilian", "es"), ("mandarin", "zh"),
    ];

    private static readonly FrozenSet<string> Unspaced = FrozenSet.Create("zh", "ja", "th", "lo", "my", "yue");

    private static readonly FrozenDictionary<string, string> CodeByName = BuildCodeByName();

    /// <summary>All codes, in the order of their tokens.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Table.Select(entry => entry[..entry.IndexOf(' ')])];

    /// <summary>The code of a language given by code or English name, in any case.</summary>
    /// <exception cref="ArgumentException">Whisper knows no such language.</exception>
    public static string GetCode(string language) =>
        CodeByName.TryGetValue(language.Trim(), out string? code)
            ? code
            : throw new ArgumentException(
                $"Whisper knows no language '{language}'. Give a code or an English name, for example 'en' or 'German'; the codes are {string.Join(' ', Codes)}.",
                nameof(language));

    /// <summary>The English name of a code, with a capital: <c>English</c>.</summary>
    public static string GetName(string code)
    {
        int index = Array.FindIndex(Table, entry => entry.StartsWith(code + " ", StringComparison.Ordinal));
        if (index < 0)
            throw new ArgumentException($"Whisper knows no language '{code}'.", nameof(code));
        string name = Table[index][(code.Length + 1)..];
        return string.Join(' ', name.Split(' ').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    /// <summary>Whether the language is written without spaces between words.</summary>
    public static bool IsUnspaced(string code) => Unspaced.Contains(code);

    private static FrozenDictionary<string, string> BuildCodeByName()
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string entry in Table)
        {
            string code = entry[..entry.IndexOf(' ')];
            names[code] = names[entry[(code.Length + 1)..]] = code;
        }
        foreach ((string name, string code) in Aliases)
            names[name] = code;
        return names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
