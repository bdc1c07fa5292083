using System.Formats.Tar;
using System.Text;
using Timbre.Audio;
using Timbre.Tests.Loading.Weights;
using static Timbre.Tests.Loading.Weights.PickleWriter;

namespace Timbre.Fuzz;

/// <summary>Whole inputs of the targets, to mutate.</summary>
internal static class FuzzSeeds
{
    private const string NemoConfig = """
        target: nemo.collections.asr.models.EncDecRNNTBPEModel
        sample_rate: 16000
        preprocessor: &mel {features: 80, dither: 1.0e-05, pad_to: 0}
        copy: *mel
        labels: [' ', 'a', "b", ~, true, .inf]
        text: |
          two
          lines
        """;

    /// <summary>The input of that target.</summary>
    public static byte[] For(string target) => target switch
    {
        "safetensors" => [.. BitConverter.GetBytes(53L), .. """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""u8[..53], 0, 0, 128, 63],
        "pickle" => PickleWriter.Dump(Training(new TorchFileBuilder())),
        "torch" => Torch(),
        "torch-legacy" => TorchLegacy(),
        "npz" => Npz(),
        "nemo" => Nemo(),
        "yaml" => Encoding.UTF8.GetBytes(NemoConfig),
        "audio" => Wav(),
        "hub" => HubFuzz.Seed,
        _ => """{"model_type":"whisper","quantization":{"bits":4,"group_size":64,"a.b":{"bits":8}},"weight_map":{"a":"b"}}"""u8.ToArray(),
    };

    private static Dictionary<string, object?> Training(TorchFileBuilder builder) => new()
    {
        ["state_dict"] = new Built(
            new Call(new Named("collections", "OrderedDict"), new List<object?> { new object?[] { "a", builder.Floats([2, 2], 1, 2, 3, 4) } }),
            new Dictionary<string, object?> { ["_metadata"] = null }),
        ["hyper_parameters"] = new Built(
            new Call(new Named("argparse", "Namespace")),
            new Dictionary<string, object?> { ["lr"] = 0.5, ["names"] = new List<object?> { "x", 7L, true } }),
    };

    private static byte[] Torch()
    {
        var builder = new TorchFileBuilder();
        return builder.Build(Training(builder), isZip64: true);
    }

    private static byte[] TorchLegacy()
    {
        var builder = new TorchFileBuilder();
        return builder.BuildLegacy(Training(builder));
    }

    private static byte[] Npz()
    {
        byte[] header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1), }"u8.ToArray();
        byte[] array = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, 0, 0, 128, 63, 0, 0, 0, 64];
        return new ZipBuilder().Add("a.npy", array).Add("b.npy", array, isDeflated: true).Build();
    }

    private static byte[] Nemo()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in new[] { ("model_config.yaml", Encoding.UTF8.GetBytes(NemoConfig)), ("model_weights.ckpt", Torch()) })
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"./{name}") { DataStream = new MemoryStream(content) });
        }
        return stream.ToArray();
    }

    private static byte[] Wav()
    {
        using var stream = new MemoryStream();
        AudioFile.Write(stream, new AudioBuffer(new float[64], 8_000), new AudioWriteOptions { Format = AudioFileFormat.Wav });
        return stream.ToArray();
    }
}
