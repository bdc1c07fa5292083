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
    public static void Use(Action<WeightReader> test, params (string Name, Tensor Value)[] tensors)
    {
        string folder = Directory.CreateTempSubdirectory("weights").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
            Write(Path.Combine(folder, "model.safetensors"), tensors);
            using var checkpoint = Checkpoint.Open(ModelFiles.Open(folder));
            using WeightStore store = checkpoint.Load(new CheckpointLayout("test", WeightMap.None), null, CPU, ScalarType.Float32);
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
            (long start, offset) = (offset, offset + 4 * tensor.Value.numel());
            return new { dtype = "F32", shape = tensor.Value.shape, data_offsets = new[] { start, offset } };
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
