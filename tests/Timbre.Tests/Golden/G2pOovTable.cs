using Timbre.Loading;
using Timbre.Text.Phonemes.English;

namespace Timbre.Tests.Golden;

/// <summary>Words that no lexicon has, and what the bare letter-to-phone network makes of them.</summary>
internal sealed class G2pOovTable : ITableRunner
{
    public string Family => "g2p_oov";

    public bool Handles(string file) => file.EndsWith(".tsv", StringComparison.Ordinal);

    public IEnumerable<GoldenRow> Run(GoldenTable table)
    {
        var network = new LetterToPhoneNetwork(ModelCatalog.Default.Find("g2p_en"));
        foreach (string[] line in table.Lines())
        {
            string phones = string.Join(' ', network.Read(line[0]));
            yield return new GoldenRow(line[0], phones == line[1] ? null : $"read as '{phones}', expected '{line[1]}'");
        }
    }
}
