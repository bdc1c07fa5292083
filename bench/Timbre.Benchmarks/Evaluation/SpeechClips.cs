using System.Text.Json;

namespace Timbre.Benchmarks.Evaluation;

/// <summary>The transcribed English clips of the folder of real speech, and the file joined from nine of them.</summary>
internal sealed class SpeechClips
{
    private const int SampleRate = 16_000;
    private const int GapSamples = 4_800;

    private static readonly string[] Joined =
    [
        "librivox/sense_and_sensibility_01-0870.wav", "librivox/sense_and_sensibility_01-0880.wav", "librispeech/1995-1837-0001.wav", "jfk.wav",
        "librispeech/84-121550-0000.flac", "librispeech/61-70968-0000.flac", "picovoice/test.wav", "librivox/sense_and_sensibility_01-0930.wav",
        "speechbrain/spk1_snt1.wav",
    ];

    private readonly string _speech;
    private readonly Dictionary<string, string> _said = [];

    /// <summary>Reads the transcripts.</summary>
    /// <param name="real">The folder of real data, with <c>speech/</c> in it.</param>
    public SpeechClips(string real)
    {
        _speech = Path.Combine(real, "speech");
        _said["jfk.wav"] = "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.";
        foreach (string[] row in Lines("librispeech/transcripts.tsv").Select(line => line.Split('\t')))
            Add($"librispeech/{row[0]}", row[1]);
        foreach (string line in Lines("librivox/transcription.txt"))
        {
            string text = line[(line.IndexOf("<s>", StringComparison.Ordinal) + 3)..line.IndexOf("</s>", StringComparison.Ordinal)];
            string number = line[(line.LastIndexOf('-') + 1)..].TrimEnd(')');
            Add($"librivox/sense_and_sensibility_01-{number}", text);
        }
        foreach (string[] row in Lines("ljspeech/metadata.csv").Select(line => line.Split('|')))
            Add($"ljspeech/{row[0]}", row[^1]);
        using JsonDocument picovoice = JsonDocument.Parse(File.ReadAllText(Path.Combine(_speech, "picovoice/leopard_test_data.json")));
        foreach (JsonElement test in picovoice.RootElement.GetProperty("tests").GetProperty("language_tests").EnumerateArray())
        {
            if (test.GetProperty("language").GetString() == "en")
                Add("picovoice/" + Path.GetFileNameWithoutExtension(test.GetProperty("audio_file").GetString()), test.GetProperty("transcript").GetString()!);
        }
        using JsonDocument speechbrain = JsonDocument.Parse(File.ReadAllText(Path.Combine(_speech, "speechbrain/ASR_train.json")));
        foreach (JsonProperty clip in speechbrain.RootElement.EnumerateObject())
            Add($"speechbrain/{clip.Name}", clip.Value.GetProperty("wrd").GetString()!);
    }

    /// <summary>What is said in each clip that is there.</summary>
    public IReadOnlyDictionary<string, string> Said => _said;

    /// <summary>A clip's samples at 16 kHz.</summary>
    public float[] Read(string name) => Timbre.Audio.AudioFile.Read(Path.Combine(_speech, name), SampleRate).Samples;

    /// <summary>The joined file: nine clips, each followed by 0.3 s of nothing, 58 s in all.</summary>
    public (float[] Samples, string Said) ReadJoined() =>
        ([.. Joined.SelectMany(name => Read(name).Concat(new float[GapSamples]))], string.Join(' ', Joined.Select(name => _said[name])));

    private IEnumerable<string> Lines(string name) => File.ReadLines(Path.Combine(_speech, name)).Where(line => line.Length > 0);

    private void Add(string name, string said)
    {
        foreach (string extension in (string[])[".wav", ".flac"])
        {
            if (File.Exists(Path.Combine(_speech, name + extension)))
                _said[name + extension] = said;
        }
    }
}
