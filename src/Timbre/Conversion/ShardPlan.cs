using System.Globalization;
using System.Text.Json.Nodes;

namespace Timbre.Conversion;

/// <summary>Which tensor goes into which file: a file is closed when the next tensor would bring it over the limit.</summary>
internal sealed class ShardPlan
{
    /// <summary>The limit of MLX's tools.</summary>
    public const long DefaultLimit = 5L << 30;

    private const string Stem = "model";

    /// <summary>Plans the files of these tensors.</summary>
    /// <param name="tensors">All of them, in the order of the model's modules, which the files keep.</param>
    /// <param name="limit">Bytes of tensors that a file may hold; a larger tensor gets a file of its own.</param>
    public ShardPlan(IReadOnlyList<PlannedTensor> tensors, long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var shards = new List<List<PlannedTensor>> { new() };
        long size = 0;
        foreach (PlannedTensor tensor in tensors)
        {
            if (size + tensor.Length > limit && shards[^1].Count > 0)
            {
                shards.Add([]);
                size = 0;
            }
            shards[^1].Add(tensor);
            size += tensor.Length;
        }
        TotalSize = tensors.Sum(tensor => tensor.Length);
        Files = [.. shards.Select((shard, index) => (NameOf(index, shards.Count), (IReadOnlyList<PlannedTensor>)shard))];
    }

    /// <summary>The files and their tensors.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<PlannedTensor> Tensors)> Files { get; }

    /// <summary>Bytes of all tensors.</summary>
    public long TotalSize { get; }

    /// <summary><c>model.safetensors.index.json</c>, which is written for a single file too.</summary>
    public JsonObject Index()
    {
        var map = new JsonObject();
        foreach ((string tensor, string file) in Files.SelectMany(file => file.Tensors.Select(tensor => (tensor.Name, file.Name)))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal))
            map[tensor] = file;
        return new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = TotalSize }, ["weight_map"] = map };
    }

    private static string NameOf(int index, int count) => count == 1
        ? $"{Stem}.safetensors"
        : string.Create(CultureInfo.InvariantCulture, $"{Stem}-{index + 1:D5}-of-{count:D5}.safetensors");
}
