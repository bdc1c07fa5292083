using Timbre.Audio;

namespace Timbre.Tests.Cli;

/// <summary>The example of README.md, so that it is compiled; <see cref="DocumentationTests"/> compares the two.</summary>
internal static class ReadmeExample
{
    public static async Task RunAsync()
    {
        // Text to speech, by a model's name in the catalog or a folder as on the Hub.
        using ITextToSpeech voice = await Speech.LoadTextToSpeechAsync("kokoro-82m");
        SpeechResult speech = await voice.SpeakAsync("Hello from Timbre.", new SpeechOptions { Voice = "af_heart" });
        AudioFile.Write("hello.wav", speech.Audio);
        Console.WriteLine($"{speech.Phonemes}, {speech.Duration.TotalSeconds:0.0} s, real-time factor {speech.RealTimeFactor:0.00}");

        // Speech to text: segments come as soon as they are decided, in the same memory however long the file is.
        using ISpeechToText listener = await Speech.LoadSpeechToTextAsync("whisper-base-8bit");
        using AudioSource audio = AudioSource.FromFile("hello.wav");
        await foreach (TranscriptSegment segment in listener.TranscribeStreamingAsync(audio))
            Console.WriteLine($"{segment.Start} {segment.Text}");
    }
}
