using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Timbre.Loading.Weights;

/// <summary>
/// Reads a checkpoint's tensors under their new names, each once, and owns every tensor of the model: disposing it gives their memory back.
/// </summary>
internal sealed class WeightStore : IDisposable
{
    private readonly Dictionary<string, StoredTensor> _stored = [];
    private readonly HashSet<string> _used = [];
    private readonly List<IDisposable> _owned = [];

    /// <summary>An empty store.</summary>
    public WeightStore(QuantizationConfig? quantization, Device device, ScalarType type)
    {
        NativeSettings.Prepare();
        (Quantization, Device, Type) = (quantization, device, type);
    }

    /// <summary>The config's quantization block, if any.</summary>
    public QuantizationConfig? Quantization { get; }

    /// <summary>Where the tensors live.</summary>
    public Device Device { get; }

    /// <summary>What float tensors are cast to.</summary>
    public ScalarType Type { get; }

    /// <summary>A cursor at the root.</summary>
    public WeightReader Reader => new(this, "");

    /// <summary>Makes a tensor known under a name.</summary>
    /// <exception cref="WeightException">The name is taken.</exception>
    public void Add(string name, StoredTensor tensor)
    {
        if (!_stored.TryAdd(name, tensor))
        {
            StoredTensor other = _stored[name];
            throw new WeightException(
                $"{tensor.File.Name}: '{tensor.Entry.Name}' and '{other.Entry.Name}' of {other.File.Name} are the same weight '{name}'. Keep one of the two.");
        }
    }

    /// <summary>What is known of the tensor of that name, or null.</summary>
    public StoredTensor? Find(string name) => _stored.GetValueOrDefault(name);

    /// <summary>What is known of the tensor of that name.</summary>
    /// <exception cref="WeightException">It is missing.</exception>
    public StoredTensor Require(string name) => Find(name) ?? throw new WeightException(
        $"the checkpoint has no tensor '{name}'. It is incomplete, or of another kind than its config says.");

    /// <summary>The names that begin so.</summary>
    public IEnumerable<string> NamesUnder(string prefix) => _stored.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Reads the tensor in the file's own type, on the CPU; the caller owns it.</summary>
    /// <exception cref="WeightException">It is missing.</exception>
    public Tensor ReadRaw(string name)
    {
        StoredTensor stored = Require(name);
        _used.Add(name);
        return stored.Read();
    }

    /// <summary>Makes the store the owner of a tensor; gives it back.</summary>
    public Tensor Own(Tensor tensor)
    {
        tensor.DetachFromDisposeScope();
        _owned.Add(tensor);
        return tensor;
    }

    /// <summary>Makes the store the owner of a module that keeps its tensors to itself.</summary>
    public void Own(IDisposable module) => _owned.Add(module);

    /// <summary>Fails when a tensor was not read, unless a pattern says that the family never uses it.</summary>
    /// <exception cref="WeightException">Lists the unused tensors.</exception>
    public void EnsureAllUsed(IEnumerable<string> ignoredPatterns)
    {
        var ignored = ignoredPatterns.Select(pattern => new Regex(pattern, RegexOptions.CultureInvariant)).ToList();
        var unused = _stored.Where(pair => !_used.Contains(pair.Key) && !ignored.Exists(pattern => pattern.IsMatch(pair.Key))).ToList();
        if (unused.Count == 0)
            return;
        StoredTensor first = unused[0].Value;
        string some = string.Join(", ", unused.Skip(1).Take(4).Select(pair => pair.Value.Entry.Name)) + (unused.Count > 5 ? ", …" : "");
        string others = unused.Count == 1 ? "" : $" (and {unused.Count - 1} more: {some})";
        throw new WeightException(
            $"{first.File.Name}: '{first.Entry.Name}' [{string.Join(", ", first.Entry.Shape)}] is used by no layer{others}. "
            + "The config does not fit the weights.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        _owned.Clear();
        _stored.Clear();
    }
}
