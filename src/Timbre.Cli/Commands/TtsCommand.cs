using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Timbre.Audio;
using Timbre.Loading;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre tts</c>: speaks a text.</summary>
internal sealed class TtsCommand : Verb
{
    private readonly Argument<string[]> _text = new("text")
    {
        Description = "The text, or - for standard input (taken also where no text is given and input is redirected).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _file = Flags.Text("--file", "Read the text from a file.", "file", "-f");
    private readonly Option<string?> _output = Flags.Text("--output", "The audio file to write, or - for standard output.", "file", "-o");
    private readonly Option<string?> _format;
    private readonly Option<bool> _play = Flags.Switch("--play", "Play the speech while it is made.");
    private readonly Option<bool> _json = Flags.Switch("--json", "Write samples, phonemes, word times and speed as JSON to standard output.");
    private readonly ModelChoice _model;
    private readonly Option<string?> _voice =
        Flags.Text("--voice", "A voice that 'timbre voices' lists, or a blend such as af_heart:0.6+af_bella:0.4.", "voice", "-v");

    private readonly Option<string?> _language = Flags.Text("--language", "Language of the text, such as en-us. [default: the voice's]", "language", "-l");
    private readonly Option<double?> _speed = Flags.Number("--speed", "Speed factor: 2 speaks twice as fast. [default: 1]", 0);
    private readonly Option<ulong?> _seed = Flags.Seed("--seed", "Repeats the random draws.");

    public TtsCommand(CommandHost host) : base(
        "tts", "Text to speech: speak a text to a file, a pipe or the loudspeaker.", host,
        "timbre tts \"Hello from Timbre.\" -o hello.wav",
        "timbre tts \"Hello from Timbre.\" --voice bf_emma --speed 1.1 --play",
        "timbre tts --file story.txt -o story.mp3",
        "timbre tts \"Hello.\" --model mlx-community/Kokoro-82M-bf16 -o hello.wav",
        "echo \"Hello.\" | timbre tts - -o - --format wav | aplay",
        "timbre tts \"Hello.\" --voice af_heart:0.6+af_bella:0.4 -o hello.flac --json")
    {
        _model = new ModelChoice(host, ModelCapabilities.TextToSpeech);
        _format = Flags.Text("--format", "Audio format: wav, mp3, flac, ogg, opus, m4a, aac, webm or pcm. [default: by the file's name, else wav]", "format");
        _format.Completing("wav", "mp3", "flac", "ogg", "opus", "m4a", "aac", "webm", "pcm");
        _voice.CompletionSources.Add(context => _model.VoicesHere(context.ParseResult).Select(voice => voice.Name));
        Arguments.Add(_text);
        foreach (Option option in (Option[])[_file, _output, _format, _voice, _speed, _language, _play, _json, _seed])
            Options.Add(option);
        _model.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? path = parsed.GetValue(_output);
        bool json = parsed.GetValue(_json), play = parsed.GetValue(_play);
        if (path is null && !play && !json)
            throw new UsageException("say where the speech goes: -o FILE, -o - or --play.");
        if (path == InputFiles.Standard && json)
            throw new UsageException("-o - and --json both write to standard output. Name a file.");
        AudioFileFormat format = SpeechFile.FormatOf(parsed.GetValue(_format), path);
        string text = await ReadTextAsync(parsed, cancellationToken);
        if (string.IsNullOrWhiteSpace(text))
            throw new UsageException("there is no text to speak.");
        var options = new SpeechOptions
        {
            Voice = parsed.GetValue(_voice),
            Language = parsed.GetValue(_language),
            Speed = parsed.GetValue(_speed) ?? 1,
            Seed = parsed.GetValue(_seed),
        };
        bool quiet = parsed.GetValue(GlobalOptions.Quiet);
        using ITextToSpeech model = await _model.LoadAsync(parsed, Host.LoadTextToSpeech, cancellationToken);

        var spoken = new SpeechSummary(model.Info.SampleRate);
        using (SpeechFile? file = path is null ? null : SpeechFile.Create(Host, path, format, model.Info.SampleRate))
        using (Player? player = play ? new Player(model.Info.SampleRate) : null)
        {
            await ProgressDisplay.RunAsync(Host, !quiet, "speaking", async report =>
            {
                var clock = Stopwatch.StartNew();
                int done = 0;
                await foreach (SpeechSegment segment in model.SpeakStreamingAsync(text, options, cancellationToken))
                {
                    spoken.Add(segment, clock.Elapsed);
                    file?.Write(segment.Audio.Samples);
                    // What is heard takes its time, which is not that of the work.
                    clock.Stop();
                    player?.Write(segment.Audio.Samples, cancellationToken);
                    clock.Start();
                    report(Math.Min((double)(done += segment.Text.Length) / text.Length, 1));
                }
                return true;
            });
            if (spoken.Duration == TimeSpan.Zero)
                throw new InvalidOperationException("the text holds nothing that can be spoken.");
            file?.Complete();
            player?.Drain();
        }
        if (json)
            Json.Write(Host.Output, spoken.WriteTo);
        else if (!quiet)
            Host.Error.WriteLine($"{(path is null or InputFiles.Standard ? "speech" : path)}: {Remarks.Speed(spoken.Duration, spoken.ProcessingTime)}");
        return ExitCode.Done;
    }

    private async Task<string> ReadTextAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] words = parsed.GetValue(_text) ?? [];
        string? file = parsed.GetValue(_file);
        if (file is not null && words.Length > 0)
            throw new UsageException("give the text or --file, not both.");
        if (file is not null && file != InputFiles.Standard)
            return await File.ReadAllTextAsync(file, cancellationToken);
        if (words.Length > 0 && words is not [InputFiles.Standard])
            return string.Join(' ', words);
        if (words.Length == 0 && file is null && !Host.InputRedirected)
            throw new UsageException("give a text to speak, or - to read it from standard input.");
        using var reader = new StreamReader(Host.OpenInput(), Encoding.UTF8);
        // The read itself cannot be broken off, the wait for it can.
        return await reader.ReadToEndAsync(cancellationToken).WaitAsync(cancellationToken);
    }
}
