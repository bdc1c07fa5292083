namespace Timbre.Models.Whisper;

/// <summary>Tells options that do not fit a model, before any work is done.</summary>
internal static class WhisperOptionChecks
{
    // More would only be a mistake: five is usual.
    private const int MaxRows = 64;

    /// <summary>The options as Whisper's own.</summary>
    /// <exception cref="ArgumentException">One does not fit; the message names it.</exception>
    public static WhisperOptions Check(TranscriptionOptions? options, WhisperConfig config, WhisperTokenizer tokenizer)
    {
        WhisperOptions whisper = options switch
        {
            null => new WhisperOptions(),
            WhisperOptions own => own,
            _ => new WhisperOptions(options),
        };
        if (whisper.Language is { } language)
        {
            string code = WhisperLanguages.GetCode(language);
            if (tokenizer.IsMultilingual)
                _ = tokenizer.LanguageToken(code);
            else if (code != "en")
                throw new ArgumentException($"Language '{language}': this model knows English only. Load a multilingual one.", nameof(options));
        }
        int longest = whisper.WordTimestamps ? config.TextContext / 2 : config.TextContext;
        foreach ((bool wrong, string message) in (ReadOnlySpan<(bool, string)>)
        [
            (whisper.Task == TranscriptionTask.Translate && !tokenizer.IsMultilingual, "Task: this model knows English only and does not translate. Load a multilingual one."),
            (!Enum.IsDefined(whisper.Task), $"Task: there is no task {whisper.Task}."),
            (whisper.Temperatures is { } temperatures && (temperatures.Count == 0 || temperatures.Any(temperature => !(temperature >= 0) || double.IsInfinity(temperature))),
                "Temperatures: give at least one, each 0 or above."),
            (whisper.BeamSize < 1, $"BeamSize: {whisper.BeamSize} is not a number of beams."),
            (whisper.BeamSize > MaxRows, $"BeamSize: at most {MaxRows} beams."),
            (whisper.BestOf < 1, $"BestOf: {whisper.BestOf} is not a number of samples."),
            (whisper.BestOf > MaxRows, $"BestOf: at most {MaxRows} samples."),
            (whisper.Patience is { } patience && !(patience > 0 && patience <= MaxRows), $"Patience: {whisper.Patience} is not above 0."),
            (whisper.Patience is not null && whisper.BeamSize is null, "Patience: it needs BeamSize."),
            (whisper.LengthPenalty is { } penalty && !(penalty is >= 0 and <= 1), $"LengthPenalty: {whisper.LengthPenalty} is not in [0, 1]."),
            (whisper.HallucinationSilenceThreshold is not null && !whisper.WordTimestamps, "HallucinationSilenceThreshold: it needs WordTimestamps."),
            (whisper.HallucinationSilenceThreshold < TimeSpan.Zero, "HallucinationSilenceThreshold: it is negative."),
            (whisper.MaxInitialTimestamp < TimeSpan.Zero, "MaxInitialTimestamp: it is negative."),
            (whisper.ClipTimestamps.Any(time => time < TimeSpan.Zero || time > TimeSpan.FromDays(100)), "ClipTimestamps: they are times from the start of the audio."),
            (whisper.ClipTimestamps.Chunk(2).Any(clip => clip is [var start, var end] && end <= start), "ClipTimestamps: a clip ends before it begins."),
            (whisper.SuppressTokens?.Any(id => id < -1 || id >= config.VocabularySize) == true, $"SuppressTokens: ids are -1, or 0 to {config.VocabularySize - 1}."),
            (whisper.MaxTokensPerWindow is { } most && (most < 1 || most > longest), $"MaxTokensPerWindow: {whisper.MaxTokensPerWindow} is not in [1, {longest}]."),
        ])
        {
            if (wrong)
                throw new ArgumentException(message, nameof(options));
        }
        return whisper;
    }
}
