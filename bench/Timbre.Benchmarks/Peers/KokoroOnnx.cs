using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Timbre.Benchmarks.Peers;

/// <summary>The published int8 graph of Kokoro on ONNX Runtime.</summary>
internal sealed class KokoroOnnx : IDisposable
{
    private readonly InferenceSession _session;

    public KokoroOnnx(string file, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(file, options);
    }

    /// <summary>The samples at 24 kHz.</summary>
    /// <param name="ids">Phoneme ids between their two zeros.</param>
    /// <param name="style">The voice's row.</param>
    public float[] Speak(long[] ids, float[] style)
    {
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run(
        [
            NamedOnnxValue.CreateFromTensor("tokens", new DenseTensor<long>(ids, [1, ids.Length])),
            NamedOnnxValue.CreateFromTensor("style", new DenseTensor<float>(style, [1, style.Length])),
            NamedOnnxValue.CreateFromTensor("speed", new DenseTensor<float>(new float[] { 1 }, [1])),
        ]);
        return [.. results[0].AsTensor<float>()];
    }

    public void Dispose() => _session.Dispose();
}
