using System.CommandLine;
using System.Diagnostics;
using Timbre.Audio;
using Timbre.Loading;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre stt</c>: writes down what is said.</summary>
internal sealed class SttCommand : Verb
{
    private readonly Argument<string[]> _files = new("files")
    {
        Description = "Audio or video files, patterns such as 'talks/*.mp3', or - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly ModelChoice _model;
    private readonly TranscriptionFlags _transcription = new();
    private readonly TranscriptOutputFlags _output = new();

    public SttCommand(CommandHost host) : base(
        "stt", "Speech to text: write down what is said in audio files.", host,
        "timbre stt speech.wav",
        "timbre stt talk.mp3 --format srt --word-timestamps -o talk.srt",
        "timbre stt 'lectures/*.m4a' --output-dir transcripts --format txt,vtt,json",
        "timbre stt interview.ogg --language de --task translate",
        "timbre stt talk.mp3 --model openai/whisper-small",
        "cat speech.wav | timbre stt - --json")
    {
        _model = new ModelChoice(host, ModelCapabilities.SpeechToText);
        Arguments.Add(_files);
        _model.AddTo(this);
        _output.AddTo(this);
        _transcription.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> files = InputFiles.Expand(parsed.GetRequiredValue(_files));
        TranscriptOutput output = _output.OutputFor(parsed, Host, files, _transcription.WantsWords(parsed));
        TranscriptionOptions options = _transcription.OptionsOf(parsed);
        bool quiet = parsed.GetValue(GlobalOptions.Quiet);

        using ISpeechToText model = await _model.LoadAsync(parsed, Host.LoadSpeechToText, cancellationToken);
        int code = ExitCode.Done;
        foreach (string file in files)
        {
            try
            {
                await TranscribeAsync(model, file, options, output, quiet, cancellationToken);
            }
            catch (Exception error) when (files.Count > 1 && error is AudioFormatException or IOException or UnauthorizedAccessException)
            {
                // One file that cannot be read does not keep the others from being transcribed.
                code = CommandLine.Report(Host, error, parsed.GetValue(GlobalOptions.Verbose));
            }
        }
        return code;
    }

    private async Task TranscribeAsync(
        ISpeechToText model, string file, TranscriptionOptions options, TranscriptOutput output, bool quiet, CancellationToken cancellationToken)
    {
        using AudioSource audio = await OpenAsync(file, cancellationToken);
        using TranscriptFiles written = output.Begin(file);
        Transcript transcript = await ProgressDisplay.RunAsync(Host, !quiet && !output.IsLive, Path.GetFileName(file), async report =>
        {
            var clock = Stopwatch.StartNew();
            var progress = new LastProgress(report);
            var segments = new List<TranscriptSegment>();
            await foreach (TranscriptSegment segment in model.TranscribeStreamingAsync(audio, options, progress, cancellationToken))
            {
                segments.Add(segment);
                written.Write(segment);
            }
            return new Transcript(
                string.Concat(segments.Select(segment => segment.Text)), segments, segments.FirstOrDefault()?.Language ?? options.Language,
                audio.Duration ?? progress.Position, clock.Elapsed);
        });
        written.Complete(transcript);
        if (!quiet && !output.IsStandard)
            Host.Error.WriteLine($"{string.Join(", ", written.Paths)}: {Remarks.Speed(transcript.Duration, transcript.ProcessingTime)}");
    }

    private async Task<AudioSource> OpenAsync(string file, CancellationToken cancellationToken)
    {
        if (file != InputFiles.Standard)
            return await AudioSource.FromFileAsync(file, cancellationToken);
        using Stream input = Host.OpenInput();
        return await AudioSource.FromStreamAsync(input, name: "standard input", cancellationToken: cancellationToken);
    }

    /// <summary>Keeps the position, and reports the part that is done; on the thread that reports, so that nothing comes late.</summary>
    private sealed class LastProgress(Action<double> report) : IProgress<TranscriptionProgress>
    {
        public TimeSpan Position { get; private set; }

        public void Report(TranscriptionProgress value)
        {
            Position = value.Position;
            if (value.Duration is { } duration && duration > TimeSpan.Zero)
                report(Math.Min(value.Position / duration, 1));
        }
    }
}
