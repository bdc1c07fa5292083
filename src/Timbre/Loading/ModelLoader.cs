using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Loading;

/// <summary>The one pipeline that every model is loaded by: folder, config, family, layout, weights, network, nothing left over.</summary>
internal static class ModelLoader
{
    /// <summary>Loads the model of a folder or of a weight file that needs no other.</summary>
    public static ISpeechModel Load(string path, LoadOptions options) => Load(new ModelLocation(path, []), options);

    /// <summary>Loads the model of a folder or of a weight file, and its companions.</summary>
    /// <exception cref="ModelNotSupportedException">No family answers to the config, or files are missing.</exception>
    /// <exception cref="WeightException">A tensor is missing, misshapen or unused.</exception>
    public static ISpeechModel Load(ModelLocation location, LoadOptions options)
    {
        var clock = Stopwatch.StartNew();
        ILogger logger = options.LoggerFactory.CreateLogger("Timbre.Loading");
        Device device = Devices.Find(options.Device);
        if (options.Threads is < 1)
            throw new ArgumentException($"{options.Threads} threads: at least 1 is needed.", nameof(options));
        if (options.Threads is { } threads)
            set_num_threads(threads);

        using ModelFiles files = ModelFiles.Open(location.Path);
        ModelFamily family = ModelRegistry.Resolve(files);
        using var checkpoint = Checkpoint.Open(files);
        CheckpointLayout layout = family.LayoutOf(checkpoint);
        WeightStore store = checkpoint.Load(
            layout, QuantizationConfig.Read(files.Config.Root), device, Devices.TypeOf(options.Precision) ?? family.DefaultType(device));
        ISpeechModel? model = null;
        try
        {
            using (no_grad())
                model = family.Load(new ModelContext(files, location.Companions, store.Reader, options.Catalog, logger));
            store.EnsureAllUsed(family.IgnoredKeys);
        }
        catch
        {
            model?.Dispose();
            store.Dispose();
            throw;
        }
        logger.LogInformation("{Model}: {Family}, {Layout} layout, {Type} on {Device}, loaded in {Milliseconds} ms",
            files.Name, family.Name, layout.Name, store.Type, device, clock.ElapsedMilliseconds);
        return model;
    }
}
