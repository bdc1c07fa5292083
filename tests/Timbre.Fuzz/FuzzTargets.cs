using System.Text;
using Timbre.Audio;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Loading.Weights.Pickle;

namespace Timbre.Fuzz;

/// <summary>What reads foreign bytes: each target may answer or throw its own documented exception, and nothing else.</summary>
internal static class FuzzTargets
{
    /// <summary>The targets by name.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["safetensors"] = Safetensors,
        ["pickle"] = Pickle,
        ["torch"] = WeightFile,
        ["torch-legacy"] = WeightFile,
        ["npz"] = WeightFile,
        ["nemo"] = Model,
        ["yaml"] = Yaml,
        ["audio"] = AudioBytes,
        ["config"] = Config,
        ["hub"] = HubFuzz.Answer,
    };

    private static void Safetensors(byte[] bytes)
    {
        try
        {
            (Dictionary<string, TensorEntry> entries, _) = SafetensorsHeader.Parse(bytes, bytes.Length, "fuzz");
            if (entries.Values.Any(entry => entry.Offset < 8 || entry.Offset + entry.Length > bytes.Length))
                throw new InvalidOperationException("an entry lies outside of the file");
        }
        catch (WeightException)
        {
            // The documented answer to a broken file.
        }
    }

    private static void AudioBytes(byte[] bytes)
    {
        try
        {
            using AudioSource source = AudioSource.FromStream(new MemoryStream(bytes), maximumBytes: 1 << 24);
            using IMonoReader reader = source.OpenMono(16_000);
            var buffer = new float[4096];
            for (int blocks = 0; blocks < 1000 && reader.Read(buffer) > 0; blocks++)
            {
            }
        }
        catch (AudioFormatException)
        {
            // The documented answer to broken audio.
        }
    }

    private static void Config(byte[] bytes)
    {
        try
        {
            QuantizationConfig.Read(ConfigJson.Parse(bytes, "fuzz").Root);
        }
        catch (ModelNotSupportedException)
        {
            // The documented answer to a broken config.
        }
    }

    private static void Pickle(byte[] bytes)
    {
        try
        {
            object? root = PickleReader.Read(bytes, "fuzz", TorchClasses.LoadStorage, out _);
            foreach (TorchTensor tensor in new TorchState("fuzz", root).Tensors.Values)
            {
                if (tensor.Shape.Any(size => size < 0) || tensor.Shape.Length != tensor.Strides.Length)
                    throw new InvalidOperationException("a tensor has no shape");
            }
        }
        catch (WeightException)
        {
            // The documented answer to a broken pickle, and to one that asks for something.
        }
    }

    private static void WeightFile(byte[] bytes) => WithFile(bytes, path =>
    {
        try
        {
            using TensorFile file = TensorFile.Open(path);
            foreach (TensorEntry entry in file.Entries.Values)
                file.Read(entry).Dispose();
        }
        catch (WeightException)
        {
            // The documented answer to a broken file.
        }
    });

    private static void Model(byte[] bytes) => WithFile(bytes, path =>
    {
        try
        {
            using ModelFiles files = ModelFiles.Open(path);
            using var checkpoint = Checkpoint.Open(files);
        }
        catch (Exception error) when (error is WeightException or ModelNotSupportedException)
        {
            // The documented answers to a broken model.
        }
    });

    private static void Yaml(byte[] bytes)
    {
        try
        {
            YamlConfig.Parse(Encoding.UTF8.GetString(bytes), "fuzz");
        }
        catch (ModelNotSupportedException)
        {
            // The documented answer to a broken config.
        }
    }

    private static void WithFile(byte[] bytes, Action<string> use)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            use(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
