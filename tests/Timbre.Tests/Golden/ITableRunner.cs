namespace Timbre.Tests.Golden;

/// <summary>Runs a file that holds many cases, one a row. Every implementation in this assembly is found by itself.</summary>
internal interface ITableRunner
{
    /// <summary>The family (the first folder).</summary>
    string Family { get; }

    /// <summary>Whether it runs the file, named from the family's folder: <c>en_us.tsv</c>, <c>real/whisper-base.json</c>.</summary>
    bool Handles(string file);

    /// <summary>One result for each row.</summary>
    IEnumerable<GoldenRow> Run(GoldenTable table);
}
