namespace Timbre;

/// <summary>Mono audio in memory: float32 samples, nominally in [-1, 1], at a sample rate in Hz.</summary>
/// <param name="Samples">The samples; the buffer does not copy them.</param>
/// <param name="SampleRate">Samples a second.</param>
public sealed record AudioBuffer(float[] Samples, int SampleRate)
{
    /// <summary>How long the audio lasts.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / SampleRate);
}
