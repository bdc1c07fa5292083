using System.Globalization;
using Timbre.Audio;
using Timbre.Loading;

namespace Timbre.Cli;

/// <summary>Speaks a sentence and listens to it, with the models that are found, and says whether that went right.</summary>
internal sealed class SelfTest(CommandHost host, LoadOptions options)
{
    private const string Sentence = "The quick brown fox jumps over the lazy dog.";

    // Words a minute that no voice leaves: what is shorter or longer was not this sentence.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1.5), Longest = TimeSpan.FromSeconds(8);

    public async Task<(bool Passed, string Verdict)> RunAsync(CancellationToken cancellationToken)
    {
        bool speaks = host.Catalog.FirstWith(ModelCapabilities.TextToSpeech) is not null;
        bool listens = host.Catalog.FirstWith(ModelCapabilities.SpeechToText) is not null;
        if (!speaks && !listens)
            return (false, "no model was found to try");
        AudioBuffer audio = new(new float[16000], 16000);
        string spoken = "";
        if (speaks)
        {
            using ITextToSpeech voice = await host.LoadTextToSpeech(null, options, cancellationToken);
            SpeechResult result = await voice.SpeakAsync(Sentence, new SpeechOptions { Seed = 0 }, cancellationToken);
            audio = result.Audio;
            spoken = string.Create(CultureInfo.InvariantCulture,
                $"{voice.Info.Name} spoke {audio.Duration.TotalSeconds:0.0} s in {result.ProcessingTime.TotalSeconds:0.0} s");
            if (audio.Duration < Shortest || audio.Duration > Longest || !IsSound(audio.Samples))
                return (false, $"wrong: {spoken}, which cannot be \"{Sentence}\"");
        }
        if (!listens)
            return (true, $"right: {spoken}; no model was found to listen to it");
        using ISpeechToText ear = await host.LoadSpeechToText(null, options, cancellationToken);
        Transcript transcript = await ear.TranscribeAsync(
            AudioSource.FromBuffer(audio), new TranscriptionOptions { Language = speaks ? "en" : null }, null, cancellationToken);
        if (!speaks)
            return (true, $"right: {ear.Info.Name} listened to a second of silence; no model was found to speak");
        bool same = Words(transcript.Text).SequenceEqual(Words(Sentence));
        return (same, $"{(same ? "right" : "wrong")}: {spoken}, {ear.Info.Name} heard \"{transcript.Text.Trim()}\" in "
            + string.Create(CultureInfo.InvariantCulture, $"{transcript.ProcessingTime.TotalSeconds:0.0} s"));
    }

    private static bool IsSound(float[] samples) => samples.All(float.IsFinite) && samples.Max(Math.Abs) > 0.01f;

    private static IEnumerable<string> Words(string text) =>
        new string([.. text.Where(letter => char.IsLetter(letter) || letter == ' ')]).ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
