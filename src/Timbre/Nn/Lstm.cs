using Timbre.Loading.Weights;
using static TorchSharp.torch;

namespace Timbre.Nn;

/// <summary>A bidirectional LSTM of one layer over <c>[B, T, C]</c>; gates in torch's order i, f, g, o.</summary>
internal sealed class Lstm
{
    private static readonly string[] Kinds = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"];

    private readonly TorchSharp.Modules.LSTM _module;

    private Lstm(TorchSharp.Modules.LSTM module) => _module = module;

    /// <summary>
    /// Reads torch's eight tensors at the cursor: <c>weight_ih_l0</c> <c>[4 hidden, inputs]</c>, <c>weight_hh_l0</c> <c>[4 hidden, hidden]</c>, two
    /// biases, and the same with <c>_reverse</c>.
    /// </summary>
    /// <param name="reader">The layer's place.</param>
    /// <param name="inputs">Width of what goes in.</param>
    /// <param name="outputs">Width of what comes out, both directions together.</param>
    public static Lstm Load(WeightReader reader, long inputs, long outputs)
    {
        long hidden = outputs / 2;
        TorchSharp.Modules.LSTM module = nn.LSTM(inputs, hidden, batchFirst: true, bidirectional: true, device: reader.Device, dtype: reader.Type);
        reader.Store.Own(module);
        foreach (string name in Kinds.SelectMany(kind => new[] { kind, kind + "_reverse" }))
        {
            long[] shape = name.StartsWith("bias", StringComparison.Ordinal) ? [4 * hidden] : [4 * hidden, name.Contains("_ih_") ? inputs : hidden];
            using Tensor stored = reader.Raw(name, shape);
            module.get_parameter(name)!.copy_(stored);
        }
        module.flatten_parameters();
        return new Lstm(module);
    }

    /// <summary><c>[B, T, inputs]</c> to <c>[B, T, outputs]</c>, the forward direction first.</summary>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _module.forward(input).Item1.MoveToOuterDisposeScope();
    }
}
