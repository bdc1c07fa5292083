using System.Text;
using Timbre.Hub;
using Timbre.Loading;

namespace Timbre.Conversion;

/// <summary>
/// Converts a model folder: packs, unpacks or casts its weights, brings names and axes to another layout, and takes its other files along.
/// The weights go through memory one tensor at a time, and the result appears whole or not at all.
/// </summary>
public static class ModelConverter
{
    /// <summary>Bytes between two reports of progress.</summary>
    private const long ReportInterval = 1 << 20;

    /// <summary>Converts a model.</summary>
    /// <param name="options">What to convert, and to what.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends it; nothing is left behind.</param>
    /// <exception cref="ArgumentException">The options contradict each other or do not fit the model.</exception>
    /// <exception cref="ModelNotSupportedException">The source is no model, or nothing tells which.</exception>
    /// <exception cref="WeightException">The source's weights cannot be read.</exception>
    /// <exception cref="IOException">The output folder is taken, overlaps the source, or the disk is full.</exception>
    public static Task<ConversionSummary> ConvertAsync(
        ConversionOptions options, IProgress<ConversionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Task.Run(() => Convert(options, progress, cancellationToken), cancellationToken);
    }

    private static ConversionSummary Convert(ConversionOptions options, IProgress<ConversionProgress>? progress,
        CancellationToken cancellationToken)
    {
        ConversionSettings.Check(options);
        using ConversionSource source = ConversionSource.Open(options.Source, options.Domain);
        ConversionPlan plan = ConversionPlan.Create(source, options);
        var shards = new ShardPlan([.. plan.Steps.SelectMany(step => step.Outputs)], options.ShardLimit);
        IReadOnlyList<string> files = source.FindSupportingFiles(options.Source);
        using OutputFolder output = OutputFolder.Create(options.Output, options.Source, options.Force);
        RequireSpace(output.Temporary, shards.TotalSize + files.Sum(file => BoundedFile.LengthOf(Path.Combine(source.Files.Folder, file))));
        CopyFiles(source.Files.Folder, output.Temporary, files, cancellationToken);
        WriteWeights(plan, shards, options.Layout, output.Temporary, progress, cancellationToken);
        WriteText(output.Temporary, "model.safetensors.index.json", PythonJson.Write(shards.Index()));
        WriteText(output.Temporary, "config.json", ConvertedConfig.Write(plan.CreateConfig()));
        cancellationToken.ThrowIfCancellationRequested();
        output.Commit(options.Force);
        return Summarize(options, source, plan, shards);
    }

    private static void WriteWeights(
        ConversionPlan plan, ShardPlan shards, ConversionLayout layout, string folder, IProgress<ConversionProgress>? progress,
            CancellationToken cancellationToken)
    {
        long written = 0, reported = 0;
        // What transformers and MLX look for before they read on.
        var metadata = new Dictionary<string, string> { ["format"] = layout == ConversionLayout.Mlx ? "mlx" : "pt" };
        using var writer = new ShardWriter(folder, shards, metadata, (bytes, name) =>
        {
            written += bytes;
            if (progress is null || written - reported < ReportInterval && written < shards.TotalSize)
                return;
            reported = written;
            progress.Report(new ConversionProgress(written, shards.TotalSize, name));
        });
        var runner = new StepRunner(writer, cancellationToken);
        foreach (ConversionStep step in plan.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            runner.Run(step);
        }
        writer.Complete();
    }

    private static void CopyFiles(string source, string target, IEnumerable<string> files, CancellationToken cancellationToken)
    {
        foreach (string file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string copy = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            // Opened and not copied as a file: in the Hub's cache it is a link, and may be read-only.
            using FileStream from = File.OpenRead(Path.Combine(source, file)), to = File.Create(copy);
            from.CopyTo(to);
        }
    }

    private static void RequireSpace(string folder, long bytes)
    {
        if (DiskSpace.Free(folder) is { } free && free < bytes)
            throw new IOException(
                $"{Path.GetDirectoryName(folder)}: has {free >> 20} MiB free, and the model needs {bytes >> 20} MiB. "
                + "Make room, or choose another folder.");
    }

    private static void WriteText(string folder, string name, string text) =>
        File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    private static ConversionSummary Summarize(ConversionOptions options, ConversionSource source, ConversionPlan plan,
        ShardPlan shards) => new()
    {
        Output = Path.GetFullPath(options.Output),
        Architecture = source.Architecture.Name,
        Domain = source.Architecture.Domain,
        WeightFiles = [.. shards.Files.Select(file => file.Name)],
        SourceBytes = source.Bytes,
        OutputBytes = shards.TotalSize,
        Parameters = plan.Steps.Sum(step => step.Parameters),
        Layers = [.. plan.Layers()],
    };
}
