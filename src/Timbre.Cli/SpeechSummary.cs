using System.Text.Json;

namespace Timbre.Cli;

/// <summary>What was spoken, without the samples: they are on their way to a file.</summary>
internal sealed class SpeechSummary(int sampleRate)
{
    private readonly List<SpeechSegment> _segments = [];
    private TimeSpan? _firstAudio;

    public long Samples { get; private set; }

    public TimeSpan ProcessingTime { get; private set; }

    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples / sampleRate);

    public void Add(SpeechSegment segment, TimeSpan elapsed)
    {
        _firstAudio ??= elapsed;
        ProcessingTime = elapsed;
        Samples += segment.Audio.Samples.Length;
        _segments.Add(segment with { Audio = new AudioBuffer([], sampleRate) });
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("samples", Samples);
        json.WriteNumber("sample_rate", sampleRate);
        json.WriteNumber("duration", Seconds(Duration));
        json.WriteNumber("processing_time", Seconds(ProcessingTime));
        json.WriteNumber("time_to_first_audio", Seconds(_firstAudio ?? TimeSpan.Zero));
        json.WriteNumber("real_time_factor", Duration > TimeSpan.Zero ? Math.Round(ProcessingTime / Duration, 3) : 0);
        json.WriteString("phonemes", string.Join(' ', _segments.Select(segment => segment.Phonemes)));
        json.WriteStartArray("segments");
        foreach (SpeechSegment segment in _segments)
        {
            json.WriteStartObject();
            json.WriteString("text", segment.Text);
            json.WriteString("phonemes", segment.Phonemes);
            json.WriteNumber("start", Seconds(segment.Start));
            json.WriteStartArray("words");
            foreach (WordTiming word in segment.Words)
            {
                json.WriteStartObject();
                json.WriteString("word", word.Text);
                json.WriteNumber("start", Seconds(word.Start));
                json.WriteNumber("end", Seconds(word.End));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
