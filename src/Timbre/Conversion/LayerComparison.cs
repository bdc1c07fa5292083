using static TorchSharp.torch;

namespace Timbre.Conversion;

/// <summary>Compares the weights of two folders of one model, layer by layer and block by block.</summary>
internal static class LayerComparison
{
    private const long BlockValues = 1 << 22;

    /// <summary>The errors of the layers that are stored otherwise, in the order of the result.</summary>
    public static IReadOnlyList<LayerError> Compare(ConversionSource source, ConversionSource result, CancellationToken cancellationToken)
    {
        var errors = new List<LayerError>();
        foreach (string name in result.Names.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            string path = ConversionStep.PathOf(name);
            (MatrixReader? before, MatrixReader? after) = (MatrixReader.Open(source, path), MatrixReader.Open(result, path));
            if (before is not null && after is not null && (before.IsPacked || after.IsPacked || before.Type != after.Type))
                errors.Add(new LayerError(path, RelativeError(before, after, cancellationToken)));
        }
        return errors;
    }

    private static double RelativeError(MatrixReader before, MatrixReader after, CancellationToken cancellationToken)
    {
        if (before.Rows != after.Rows || before.Columns != after.Columns)
            throw new WeightException(
                $"'{before.Path}' is [{before.Rows}, {before.Columns}] in the source and [{after.Rows}, {after.Columns}] in the result.");
        double error = 0, norm = 0;
        long step = Math.Max(1, BlockValues / Math.Max(1, before.Columns));
        for (long first = 0; first < before.Rows; first += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            Tensor wanted = before.Read(first, Math.Min(step, before.Rows - first)), found =
                after.Read(first, Math.Min(step, before.Rows - first));
            error += (found - wanted).square().sum(ScalarType.Float64).item<double>();
            norm += wanted.square().sum(ScalarType.Float64).item<double>();
        }
        return norm > 0 ? Math.Sqrt(error / norm) : error > 0 ? double.PositiveInfinity : 0;
    }
}
