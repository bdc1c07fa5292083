using Timbre.Generation;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>Gives recorded draws (<c>rng.NNNN.kind</c>) in their order; a draw of another kind or shape at its turn is an error.</summary>
internal sealed class ReplayRandomSource(IEnumerable<GoldenTensor> draws) : RandomSource(0)
{
    private readonly GoldenTensor[] _draws = [.. draws.OrderBy(draw => draw.Name, StringComparer.Ordinal)];
    private int _next;

    /// <summary>How many recorded draws have not been made.</summary>
    public int Left => _draws.Length - _next;

    public override Tensor Normal(params long[] shape) => Next("normal", shape).ToTensor();

    public override Tensor Uniform(params long[] shape) => Next("uniform", shape).ToTensor();

    public override Tensor Categorical(Tensor logits)
    {
        GoldenTensor draw = Next("categorical", logits.shape[..^1]);
        if (draw.Values.Any(index => index >= logits.shape[^1]))
            throw new InvalidOperationException($"{draw.Name}: the recorded index lies outside of {logits.shape[^1]} choices");
        return draw.ToTensor().to(ScalarType.Int64).reshape(logits.shape[..^1]);
    }

    private GoldenTensor Next(string kind, long[] shape)
    {
        string asked = $"{kind} [{string.Join(", ", shape)}]";
        if (Left == 0)
            throw new InvalidOperationException($"draw {_next} ({asked}) was not recorded: the case has {_draws.Length} draws");
        GoldenTensor draw = _draws[_next++];
        // A categorical draw may be recorded as [1] for logits without a batch axis.
        bool same = kind == "categorical" ? draw.Values.Length == shape.Aggregate(1L, (count, length) => count * length) : draw.Shape.SequenceEqual(shape);
        return draw.Name.Split('.')[^1] == kind && same
            ? draw
            : throw new InvalidOperationException($"{draw.Name} [{string.Join(", ", draw.Shape)}] is the recorded draw, asked for is {asked}");
    }
}
