using Timbre.Conversion;

namespace Timbre.Benchmarks.Evaluation;

/// <summary>A packed format by the names of <c>timbre convert</c>.</summary>
internal sealed record PackedFormat(string Mode, int Bits, int GroupSize)
{
    /// <summary>Those that the tables compare.</summary>
    public static IReadOnlyList<PackedFormat> All { get; } =
    [
        new("affine", 8, 64), new("affine", 6, 64), new("affine", 5, 64), new("affine", 4, 32), new("affine", 4, 64), new("affine", 4, 128),
        new("affine", 3, 64), new("affine", 2, 64), new("mxfp8", 8, 32), new("nvfp4", 4, 16), new("mxfp4", 4, 32),
    ];

    public override string ToString() => $"{Mode}, {Bits} bits, groups of {GroupSize}";

    /// <summary>Packs a model into a folder.</summary>
    public Task<ConversionSummary> ConvertAsync(string source, string output, CancellationToken cancellationToken)
    {
        var options = new ConversionOptions
        {
            Source = source, Output = output, Quantize = true, Mode = Mode, Bits = Bits, GroupSize = GroupSize, Force = true,
        };
        return ModelConverter.ConvertAsync(options, cancellationToken: cancellationToken);
    }
}
