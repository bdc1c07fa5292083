using Timbre.Generation;
using Timbre.Models.Whisper;
using Timbre.Nn.Cache;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>The stages of Whisper that need its network, and its log-mel front end.</summary>
internal sealed class WhisperNetworkRunner : IGoldenRunner
{
    private static readonly Dictionary<string, Action<GoldenCase, GoldenCheck, WhisperModel>> Stages = new()
    {
        ["whisper.encoder"] = RunEncoder,
        ["whisper.decoder"] = RunDecoder,
        ["whisper.decode"] = RunDecode,
        ["whisper.detect_language"] = RunDetectLanguage,
        ["whisper.find_alignment"] = RunFindAlignment,
    };

    public string Family => "whisper";

    public IEnumerable<string> Entries => Stages.Keys.Append("whisper.log_mel");

    public void Run(GoldenCase golden, GoldenCheck check)
    {
        if (golden.Entry == "whisper.log_mel")
        {
            using var mel = new WhisperLogMel(
                WhisperArguments.Source(golden.Audio("audio", WhisperArguments.ReadFile)), golden.Argument("n_mels", 80), golden.Argument("padding", 0));
            Tensor frames = mel.Slice(0, mel.Frames);
            check.Expect("frames", frames.shape[0]);
            check.Expect("mels", frames.shape[1]);
            check.Compare("out.mel", frames);
            return;
        }
        foreach (string folder in golden.ModelFolders)
        {
            using WhisperModel model = WhisperArguments.Load(folder);
            Stages[golden.Entry](golden, check, model);
        }
    }

    private static Tensor PaddedMel(GoldenCase golden)
    {
        Tensor mel = golden.Tensor("in.mel").t().unsqueeze(0);
        return nn.functional.pad(mel, [0, golden.Argument("pad_frames_to", WhisperLogMel.WindowFrames) - mel.shape[2]]);
    }

    private static WhisperAudio Encode(GoldenCase golden, WhisperModel model, bool ownFramesOnly)
    {
        const int Padding = WhisperLogMel.WindowFrames * WhisperLogMel.Hop;
        using var mel = new WhisperLogMel(
            WhisperArguments.Source(golden.Audio("audio", WhisperArguments.ReadFile)), model.Network.Config.MelBands, Padding);
        return model.Network.Encode(mel.Window(0, Math.Min(WhisperLogMel.WindowFrames, ownFramesOnly ? mel.ContentFrames : mel.Frames)));
    }

    private static void RunEncoder(GoldenCase golden, GoldenCheck check, WhisperModel model)
    {
        WhisperEncoder encoder = model.Network.Encoder;
        Tensor mel = PaddedMel(golden);
        Tensor state = encoder.Convolve(mel);
        check.Compare("mid.conv", state.squeeze(0));
        state = encoder.AddPositions(state);
        for (int block = 0; block < encoder.Blocks.Count; block++)
        {
            state = encoder.Blocks[block].Forward(state);
            check.Compare($"mid.encoder.{block}", state.squeeze(0));
        }
        check.Compare("out.encoder", encoder.Forward(mel).squeeze(0));
    }

    private static void RunDecoder(GoldenCase golden, GoldenCheck check, WhisperModel model)
    {
        WhisperNetwork network = model.Network;
        using WhisperAudio audio = network.Encode(PaddedMel(golden));
        using KvCache cache = network.CreateCache();
        using var tap = new CrossAttentionTap(
            from layer in Enumerable.Range(0, network.Config.TextLayers) from head in Enumerable.Range(0, network.Config.TextHeads) select (layer, head));
        int[] ids = golden.Ints("in.ids");
        Tensor logits = network.Decode(ids, audio, cache, [.. Enumerable.Range(0, ids.Length)], tap);
        for (int layer = 0; layer < network.Config.TextLayers; layer++)
            check.Compare($"mid.cross_qk.{layer}", tap.ScoresOf(layer), axis: 2);
        check.Compare("out.logits", Columns(golden, logits));
        check.Compare("out.logits.next", Columns(golden, network.Decode(golden.Ints("in.next"), audio, cache)));
    }

    private static Tensor Columns(GoldenCase golden, Tensor logits) =>
        golden.Has("in.columns") ? logits.index_select(2, golden.Tensor("in.columns")) : logits;

    private static void RunDecode(GoldenCase golden, GoldenCheck check, WhisperModel model)
    {
        WhisperOptions options = WhisperOptionChecks.Check(WhisperArguments.Options(golden.Args), model.Network.Config, model.Tokenizer);
        using WhisperAudio audio = Encode(golden, model, ownFramesOnly: true);
        using KvCache cache = model.Network.CreateCache(WhisperDecoding.RowsFor(options));
        if (golden.Has("mid.logits.prefill"))
        {
            int[] initial = [.. golden.Notes.GetProperty("initial_ids").EnumerateArray().Select(id => id.GetInt32())];
            check.Compare("mid.logits.prefill", model.Network.Decode(initial, audio, cache).view(-1));
        }
        using RandomSource random = golden.CreateRandom();
        string language = options.Language ?? (model.Tokenizer.IsMultilingual
            ? WhisperLanguageDetection.Detect(model.Network, model.Tokenizer, audio, cache).MaxBy(found => found.Probability).Language
            : "en");
        var decoding = new WhisperDecoding(model.Network, model.Tokenizer, options, WhisperLanguages.GetCode(language), random, cache);
        string prompt = golden.Argument("prompt", "").Trim();
        WhisperDecodingResult result = decoding.Decode(
            audio, prompt.Length == 0 ? [] : model.Tokenizer.Encode(" " + prompt), options.Temperatures?[0] ?? 0);
        check.Expect("language", language);
        check.Expect("tokens", result.Tokens);
        check.Expect("text", result.Text);
        check.Expect("avg_logprob", result.AverageLogProbability);
        check.Expect("no_speech_prob", result.NoSpeechProbability);
        check.Expect("temperature", result.Temperature);
        check.Expect("compression_ratio", result.CompressionRatio);
    }

    private static void RunDetectLanguage(GoldenCase golden, GoldenCheck check, WhisperModel model)
    {
        using WhisperAudio audio = Encode(golden, model, ownFramesOnly: false);
        using KvCache cache = model.Network.CreateCache();
        IReadOnlyList<(string Language, double Probability)> found = WhisperLanguageDetection.Detect(model.Network, model.Tokenizer, audio, cache);
        string language = found.MaxBy(entry => entry.Probability).Language;
        check.Expect("token", model.Tokenizer.LanguageToken(language));
        check.Expect("language", language);
        check.Expect("probabilities", found.ToDictionary(entry => entry.Language, entry => entry.Probability));
    }

    private static void RunFindAlignment(GoldenCase golden, GoldenCheck check, WhisperModel model)
    {
        using WhisperAudio audio = Encode(golden, model, ownFramesOnly: true);
        using KvCache cache = model.Network.CreateCache();
        string language = WhisperLanguages.GetCode(golden.Argument("language", "en"));
        int[] text = golden.Argument<int[]>("text_ids", []);
        var aligner = new WhisperAligner(model.Network, model.Tokenizer, cache);
        WhisperAlignmentResult result = aligner.Align(
            audio, text, golden.Argument("num_frames", WhisperLogMel.WindowFrames),
            model.Tokenizer.StartSequence(language, WhisperArguments.Task(golden.Argument("task", "transcribe"))),
            golden.Argument("medfilt_width", WhisperAlignment.MedianWidth), golden.Argument("qk_scale", 1.0));
        check.Compare("mid.matrix", result.Matrix, text.Length + 1, result.Matrix.Length / (text.Length + 1));
        check.Compare("mid.text_indices", result.Path.Tokens);
        check.Compare("mid.time_indices", result.Path.Frames);
        check.Expect("words", WhisperTiming.FindWords(model.Tokenizer, text, language, result.Probabilities, result.Path)
            .Select(word => new { word = word.Text, tokens = word.Tokens, start = word.Start, end = word.End, probability = word.Probability }));
    }
}
