using Timbre.Audio;
using Timbre.Loading;
using Timbre.Models.Whisper;

namespace Timbre.Tests.Models.Whisper;

/// <summary>A random Whisper of the recorded cases: English-only, 24 wide, 64 text positions.</summary>
internal static class TinyWhisper
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Golden", "Cases", "whisper", "models", "tiny-en-torch");

    public static string Speech { get; } = Path.Combine(AppContext.BaseDirectory, "Golden", "real", "speech", "jfk.wav");

    public static WhisperModel Load() => (WhisperModel)ModelLoader.Load(Folder, new LoadOptions { Device = "cpu" });

    /// <summary>Some seconds of tones and noise.</summary>
    public static AudioSource Audio(double seconds)
    {
        var random = new Random(1);
        var samples = new float[(int)(seconds * WhisperLogMel.SampleRate)];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (float)(0.2 * Math.Sin(i * 0.05 * (1 + i / 40000 % 5)) + 0.05 * (random.NextDouble() - 0.5));
        return AudioSource.FromBuffer(new AudioBuffer(samples, WhisperLogMel.SampleRate));
    }

    /// <summary>Options under which the random model takes every answer at once.</summary>
    public static WhisperOptions Options { get; } = new()
    {
        Temperatures = [0], CompressionRatioThreshold = null, LogProbabilityThreshold = null, NoSpeechThreshold = null,
    };
}
