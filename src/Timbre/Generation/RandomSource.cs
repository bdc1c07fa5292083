using static TorchSharp.torch;

namespace Timbre.Generation;

/// <summary>
/// Every random draw of a model comes from here, so that a seed repeats a result and a test can replay recorded draws.
/// </summary>
internal class RandomSource : IDisposable
{
    private readonly Generator _generator;

    /// <summary>A source for one request.</summary>
    /// <param name="seed">Repeats the same draws; null takes a seed from the system.</param>
    public RandomSource(ulong? seed = null)
    {
        seed ??= (ulong)Random.Shared.NextInt64();
        _generator = new Generator(seed.Value, CPU);
    }

    /// <summary>Standard normal values in float32.</summary>
    public virtual Tensor Normal(params long[] shape) => randn(shape, dtype: ScalarType.Float32, generator: _generator);

    /// <summary>Values uniform in [0, 1) in float32.</summary>
    public virtual Tensor Uniform(params long[] shape) => rand(shape, dtype: ScalarType.Float32, generator: _generator);

    /// <summary>One index for each row of unnormalised log-probabilities <c>[..., V]</c>.</summary>
    public virtual Tensor Categorical(Tensor logits)
    {
        using var scope = NewDisposeScope();
        // argmax(x / e) with e exponential draws from softmax (the Gumbel trick in another form).
        Tensor uniform = rand(logits.shape, dtype: ScalarType.Float32, generator: _generator).clamp_(1e-10, 1 - 6e-8);
        Tensor gumbel = uniform.log().neg().log().neg();
        return (logits.to(ScalarType.Float32).cpu() + gumbel).argmax(-1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the generator back.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            _generator.Dispose();
    }
}
