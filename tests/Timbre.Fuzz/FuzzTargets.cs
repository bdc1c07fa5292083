using Timbre.Audio;
using Timbre.Loading;
using Timbre.Loading.Weights;

namespace Timbre.Fuzz;

/// <summary>What reads foreign bytes: each target may answer or throw its own documented exception, and nothing else.</summary>
internal static class FuzzTargets
{
    /// <summary>The targets by name.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["safetensors"] = Safetensors,
        ["audio"] = AudioBytes,
        ["config"] = Config,
    };

    /// <summary>A whole input of the target, to mutate.</summary>
    public static byte[] Seed(string target) => target switch
    {
        "safetensors" => [.. BitConverter.GetBytes(53L), .. """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""u8[..53], 0, 0, 128, 63],
        "audio" => Wav(),
        _ => """{"model_type":"whisper","quantization":{"bits":4,"group_size":64,"a.b":{"bits":8}},"weight_map":{"a":"b"}}"""u8.ToArray(),
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

    private static byte[] Wav()
    {
        using var stream = new MemoryStream();
        AudioFile.Write(stream, new AudioBuffer(new float[64], 8_000), new AudioWriteOptions { Format = AudioFileFormat.Wav });
        return stream.ToArray();
    }
}
