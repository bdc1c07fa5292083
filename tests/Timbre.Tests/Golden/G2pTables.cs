using System.Text.Json;
using Timbre.Loading;
using Timbre.Text.Phonemes;
using Timbre.Text.Phonemes.English;

namespace Timbre.Tests.Golden;

/// <summary>The English sentences of <c>g2p</c>: tokens and tags of the text, and phonemes both from the recorded tokens and from the text.</summary>
internal sealed class G2pEnglishTables : ITableRunner
{
    public string Family => "g2p";

    public bool Handles(string file) => file is "en_us.tsv" or "en_gb.tsv";

    public IEnumerable<GoldenRow> Run(GoldenTable table)
    {
        var lexicon = new Lexicon(ModelCatalog.Default.Find("lexicons"), table.File == "en_gb.tsv" ? EnglishAccent.British : EnglishAccent.American);
        var tagger = new EnglishTagger(ModelCatalog.Default.Find("en_core_web_sm_tagger"));
        var phonemizer = new EnglishPhonemizer(lexicon, tagger);
        foreach (var row in table.Rows()) yield return new GoldenRow(row["id"], Compare(row, tagger, phonemizer));
    }

    private static string? Compare(IReadOnlyDictionary<string, string> row, EnglishTagger tagger, EnglishPhonemizer phonemizer)
    {
        var overrides = TextOverrides.Parse(row["text"]);
        List<TaggedToken> recorded = [.. JsonSerializer.Deserialize<string[][]>(row["tokens"])!.Select(token => new TaggedToken(token[0], token[1], token[2]))];
        var found = tagger.Tag(overrides.Text);
        (string Stage, string Expected, string Actual)[] stages =
        [
            ("text_after_overrides", row["text_after_overrides"] is "" ? row["text"] : row["text_after_overrides"], overrides.Text),
            ("tokens", Join(recorded, token => token.Text + token.Whitespace), Join(found, token => token.Text + token.Whitespace)),
            ("tags", Join(recorded, token => token.Tag), Join(found, token => token.Tag)),
            ("phonemes from tokens", row["phonemes_no_fallback"], Phonemes(phonemizer.Phonemize(overrides.Apply(recorded)))),
            ("phonemes from text", row["phonemes_no_fallback"], Phonemes(phonemizer.Phonemize(row["text"]))),
        ];
        var first = stages.FirstOrDefault(stage => stage.Expected != stage.Actual);
        return first.Stage is null ? null : $"{first.Stage}: '{first.Actual}', expected '{first.Expected}'";
    }

    private static string Join(IEnumerable<TaggedToken> tokens, Func<TaggedToken, string> part) => string.Join('|', tokens.Select(part));

    private static string Phonemes(IEnumerable<PhonemeToken> tokens) => string.Concat(tokens.Select(token => (token.Phonemes ?? "❓") + token.Whitespace));
}

/// <summary>The sentences of <c>g2p</c> that espeak-ng reads, against what the installed version is known to give.</summary>
internal sealed class G2pEspeakTables : ITableRunner
{
    public string Family => "g2p";

    public bool Handles(string file) => file is "es.tsv" or "fr.tsv" or "hi.tsv" or "it.tsv" or "pt.tsv";

    public IEnumerable<GoldenRow> Run(GoldenTable table)
    {
        string? version = null, missing = null;
        try
        {
            version = new EspeakProgram().ReadVersion();
        }
        catch (InvalidOperationException exception)
        {
            missing = exception.Message;
        }
        string column = version == "1.52" ? "phonemes_espeak_1_52" : "phonemes_espeak_1_51";
        var phonemizer = new EspeakPhonemizer(PhonemeLanguage.Find(Path.GetFileNameWithoutExtension(table.File)).EspeakVoice!);
        foreach (var row in table.Rows())
        {
            string? phonemes = missing is null ? string.Concat(phonemizer.Phonemize(row["text"]).Select(token => token.Phonemes)) : null;
            yield return new GoldenRow(
                row["id"], phonemes is null || phonemes == row[column] ? null : $"'{phonemes}', expected '{row[column]}' of espeak-ng {version}", missing);
        }
    }
}
