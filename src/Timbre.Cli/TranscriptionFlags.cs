using System.CommandLine;
using Timbre.Models.Whisper;

namespace Timbre.Cli;

/// <summary>The options of <c>timbre stt</c> that say how to transcribe.</summary>
internal sealed class TranscriptionFlags
{
    private readonly Option<string?> _language =
        Flags.Text("--language", "Language of the speech, as a code or an English name; detected when left out.", "language", "-l");

    private readonly Option<string> _task = Flags.Choice("--task", "Write what is said, or its translation to English.", "transcribe", "transcribe", "translate");

    private readonly Option<bool> _wordTimestamps = Flags.Switch("--word-timestamps", "Find when each word is said; subtitles follow the words.", "-w");

    private readonly Option<string?> _initialPrompt = Flags.Text("--initial-prompt", "Text taken to come before: names, spelling, style.", "text");

    private readonly Option<string[]?> _hotwords = Flags.Names("--hotwords", "Words to expect, with commas between them.", "word,...");

    private readonly Option<double[]?> _temperatures =
        Flags.Numbers("--temperature", "Sampling temperatures, tried in turn until an answer is good. [default: 0,0.2,0.4,0.6,0.8,1]", 0);

    private readonly Option<int?> _beamSize = Flags.Whole("--beam-size", "Beams of the beam search at temperature 0. [default: greedy]", 1);

    private readonly Option<ulong?> _seed = Flags.Seed("--seed", "Repeats the random draws of temperatures above 0.");

    private readonly List<Option> _general;
    private readonly List<(Option Option, Func<ParseResult, WhisperOptions, WhisperOptions> Apply)> _whisper = [];

    public TranscriptionFlags()
    {
        _general = [_language, _task, _wordTimestamps, _initialPrompt, _hotwords, _temperatures, _beamSize, _seed];
        _language.Completing("en", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "uk", "zh");

        Whisper(Flags.Whole("--best-of", "Samples drawn at temperatures above 0, of which the likeliest is taken.", 1), (o, v) => o with { BestOf = v });
        Whisper(Flags.Number("--patience", "How many ended beams end a beam search, as a factor of the beam size.", 0), (o, v) => o with { Patience = v });
        Whisper(Flags.Number("--length-penalty", "Exponent of the length penalty by which candidates are ranked. [default: divide by the length]", 0, 1),
            (o, v) => o with { LengthPenalty = v });
        Whisper(Flags.NumberOrNone("--compression-ratio-threshold", "Above this a text is too repetitive: the next temperature is tried. [default: 2.4]"),
            (o, v) => o with { CompressionRatioThreshold = v.Value });
        Whisper(Flags.NumberOrNone("--logprob-threshold", "Below this mean log-probability the next temperature is tried. [default: -1]"),
            (o, v) => o with { LogProbabilityThreshold = v.Value });
        Whisper(Flags.NumberOrNone("--no-speech-threshold", "Above this probability of silence a doubtful window is skipped. [default: 0.6]"),
            (o, v) => o with { NoSpeechThreshold = v.Value });
        Whisper(Flags.YesOrNo("--condition-on-previous-text", "Whether each window sees the text before it. [default: true]"),
            (o, v) => o with { ConditionOnPreviousText = v ?? true });
        Whisper(Flags.Numbers("--clip-timestamps", "Seconds at which to begin, end, begin again, ...; a last end left out is the end.", 0),
            (o, v) => o with { ClipTimestamps = [.. v!.Select(TimeSpan.FromSeconds)] });
        Whisper(Flags.Number("--hallucination-silence-threshold", "Silences longer than these seconds around an improbable segment drop it; with --word-timestamps.", 0),
            (o, v) => o with { HallucinationSilenceThreshold = TimeSpan.FromSeconds(v!.Value) });
        Whisper(Flags.Numbers("--suppress-tokens", "Token ids that must not come; -1 stands for signs that are not spoken, none lets all come.", -1, mayBeNone: true),
            (o, v) => o with { SuppressTokens = [.. v!.Select(id => (int)id)] });
        Whisper(Flags.YesOrNo("--suppress-blank", "Whether a window must not begin with a blank. [default: true]"), (o, v) => o with { SuppressBlank = v ?? true });
        Whisper(Flags.Switch("--without-timestamps", "Leave the model's timestamps out: one segment a window."), (o, v) => o with { WithoutTimestamps = v });
        Whisper(Flags.NumberOrNone("--max-initial-timestamp", "Latest second of a window at which its first segment may begin. [default: 1]"),
            (o, v) => o with { MaxInitialTimestamp = v.Value is { } seconds ? TimeSpan.FromSeconds(seconds) : null });
        Whisper(Flags.Text("--prefix", "Text that every window begins with.", "text"), (o, v) => o with { Prefix = v });
        Whisper(Flags.Whole("--max-tokens-per-window", "Most tokens of a window of 30 seconds.", 1), (o, v) => o with { MaxTokensPerWindow = v });
    }

    public void AddTo(Command command)
    {
        foreach (Option option in _general.Concat(_whisper.Select(entry => entry.Option)))
            command.Options.Add(option);
    }

    /// <summary>Whether words are to be timed.</summary>
    public bool WantsWords(ParseResult parsed) => parsed.GetValue(_wordTimestamps);

    /// <summary>What the options say; Whisper's own kind of options only when one that only Whisper has is given.</summary>
    public TranscriptionOptions OptionsOf(ParseResult parsed)
    {
        var options = new TranscriptionOptions
        {
            Language = parsed.GetValue(_language),
            Task = parsed.GetRequiredValue(_task) == "translate" ? TranscriptionTask.Translate : TranscriptionTask.Transcribe,
            WordTimestamps = parsed.GetValue(_wordTimestamps),
            InitialPrompt = parsed.GetValue(_initialPrompt),
            HotWords = parsed.GetValue(_hotwords) ?? [],
            Temperatures = parsed.GetValue(_temperatures) is { Length: > 0 } temperatures ? temperatures : null,
            BeamSize = parsed.GetValue(_beamSize),
            Seed = parsed.GetValue(_seed),
        };
        var given = _whisper.Where(entry => parsed.GetResult(entry.Option) is { Implicit: false }).ToList();
        return given.Count == 0 ? options : given.Aggregate(new WhisperOptions(options), (sum, entry) => entry.Apply(parsed, sum));
    }

    private void Whisper<T>(Option<T> option, Func<WhisperOptions, T?, WhisperOptions> apply) =>
        _whisper.Add((option, (parsed, options) => apply(options, parsed.GetValue(option))));
}
