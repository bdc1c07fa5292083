namespace Timbre.Loading.Weights;

/// <summary>A safetensors file.</summary>
internal sealed class SafetensorsFile : TensorFile
{
    /// <summary>Checks the header of a file, which becomes this object's own.</summary>
    /// <exception cref="WeightException">The file breaks the format.</exception>
    public SafetensorsFile(MappedFile map) : base(map)
    {
        SafetensorsHeader.CheckFileLength(map.Length, Name);
        int headerLength = SafetensorsHeader.ReadLength(map.Span(0, 10), map.Length, Name);
        (Entries, Metadata) = SafetensorsHeader.Parse(map.Span(0, 8 + headerLength), map.Length, Name);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }
}
