using Timbre.Audio;

namespace Timbre.Evaluation;

/// <summary>The clip that comes with the library, and a sentence: what models are tried on.</summary>
internal static class KnownSpeech
{
    /// <summary>What is said in the clip.</summary>
    public const string ClipText =
        "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";

    /// <summary>A sentence to speak.</summary>
    public const string Sentence = "The quick brown fox jumps over the lazy dog.";

    /// <summary>The language of both.</summary>
    public const string Language = "en";

    /// <summary>The clip: eleven seconds of President Kennedy's inaugural address.</summary>
    public static AudioSource OpenClip() => AudioSource.FromStream(
        typeof(KnownSpeech).Assembly.GetManifestResourceStream("Timbre.Evaluation.jfk.ogg")!, name: "jfk.ogg");
}
