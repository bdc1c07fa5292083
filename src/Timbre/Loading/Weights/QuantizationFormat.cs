namespace Timbre.Loading.Weights;

/// <summary>How a layer is quantized.</summary>
/// <param name="Mode">The family of the format.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="GroupSize">Neighbouring values of a row that share a scale.</param>
internal sealed record QuantizationFormat(QuantizationMode Mode, int Bits, int GroupSize)
{
    private static readonly Dictionary<string, (QuantizationMode Mode, int[] Bits, int[] GroupSizes)> Known = new()
    {
        ["affine"] = (QuantizationMode.Affine, [4, 1, 2, 3, 5, 6, 8], [64, 32, 128]),
        ["mxfp4"] = (QuantizationMode.Mxfp4, [4], [32]),
        ["mxfp8"] = (QuantizationMode.Mxfp8, [8], [32]),
        ["nvfp4"] = (QuantizationMode.Nvfp4, [4], [16]),
    };

    /// <summary>The names of the modes.</summary>
    public static IReadOnlyCollection<string> Modes => Known.Keys;

    /// <summary>The mode as MLX calls it.</summary>
    public string ModeName => Mode.ToString().ToLowerInvariant();

    /// <summary>A format by the names of MLX; what is null takes the mode's default.</summary>
    /// <exception cref="ArgumentException">MLX has no such format.</exception>
    public static QuantizationFormat Create(string mode = "affine", int? bits = null, int? groupSize = null)
    {
        if (!Known.TryGetValue(mode, out (QuantizationMode Mode, int[] Bits, int[] GroupSizes) known))
            throw new ArgumentException($"quantization mode '{mode}' is unknown; known are {string.Join(", ", Known.Keys)}.");
        int chosenBits = bits ?? known.Bits[0];
        int chosenGroup = groupSize ?? known.GroupSizes[0];
        if (!known.Bits.Contains(chosenBits))
            throw new ArgumentException($"{mode} has no {chosenBits} bits; it has {string.Join(", ", known.Bits.Order())}.");
        if (!known.GroupSizes.Contains(chosenGroup))
            throw new ArgumentException($"{mode} has no groups of {chosenGroup}; it has {string.Join(", ", known.GroupSizes.Order())}.");
        return new QuantizationFormat(known.Mode, chosenBits, chosenGroup);
    }
}
