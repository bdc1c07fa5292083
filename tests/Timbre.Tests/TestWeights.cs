using System.Text;
using System.Text.Json;
using Timbre.Loading;
using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Tests;

/// <summary>Weights for a layer under test, by way of a real safetensors file.</summary>
internal static class TestWeights
{
    /// <summary>Writes float32 tensors to a model folder of their own and shows it to a test.</summary>
    public static void Use(Action<WeightReader> test, params (string Name, Tensor Value)[] tensors) => Use("{}", test, tensors);

    /// <summary>Writes a config, and tensors of float32 and bytes (packed words or codes of scales), and shows them to a test.</summary>
    public static void Use(string config, Action<WeightReader> test, params (string Name, Tensor Value)[] tensors)
    {
        string folder = Directory.CreateTempSubdirectory("weights").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "config.json"), config);
            Write(Path.Combine(folder, "model.safetensors"), tensors);
            using var checkpoint = Checkpoint.Open(ModelFiles.Open(folder));
            using JsonDocument document = JsonDocument.Parse(config);
            QuantizationConfig? quantization = QuantizationConfig.Read(document.RootElement);
            using WeightStore store = checkpoint.Load(new CheckpointLayout("test", WeightMap.None), quantization, CPU, ScalarType.Float32);
            test(store.Reader);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string path, (string Name, Tensor Value)[] tensors)
    {
        long offset = 0;
        byte[] header = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(tensors.ToDictionary(tensor => tensor.Name, tensor =>
        {
            (long start, offset) = (offset, offset + tensor.Value.numel() * tensor.Value.element_size());
            long[] shape = tensor.Value.shape;
            string type = tensor.Value.dtype != ScalarType.Byte ? "F32" : tensor.Name.EndsWith("weight", StringComparison.Ordinal) ? "U32" : "U8";
            if (type == "U32")
                shape[^1] /= 4;
            return new { dtype = type, shape, data_offsets = new[] { start, offset } };
        })));
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        foreach ((_, Tensor value) in tensors)
        {
            using Tensor dense = value.contiguous();
            file.Write(dense.bytes);
        }
    }
}
