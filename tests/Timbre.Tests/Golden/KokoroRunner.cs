using System.Text.Json;
using Timbre.Generation;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Models.Kokoro;
using Timbre.Text.Phonemes;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>The cases of <c>kokoro</c>: the network stage by stage, its parts alone, and text to audio.</summary>
internal sealed class KokoroRunner : IGoldenRunner
{
    /// <summary>Stages recorded as <c>[1, C, T]</c>, which the network has as <c>[1, T, C]</c>.</summary>
    private static readonly string[] ChannelsFirst =
        ["text_encoder", "F0.", "N.", "decoder.encode", "decoder.decode.", "generator.noise_res.", "generator.resblocks.", "har_", "spec", "phase"];

    private static readonly Dictionary<string, Action<GoldenCase, GoldenCheck>> Operations = new()
    {
        ["kokoro.forward"] = RunForward,
        ["kokoro.source"] = RunSource,
        ["kokoro.istft"] = RunInverse,
        ["kokoro.segments"] = RunSegments,
        ["kokoro.timestamps"] = RunTimestamps,
        ["tts.generate"] = RunGenerate,
    };

    public string Family => "kokoro";

    public IEnumerable<string> Entries => Operations.Keys;

    public void Run(GoldenCase golden, GoldenCheck check) => Operations[golden.Entry](golden, check);

    private static void RunForward(GoldenCase golden, GoldenCheck check)
    {
        foreach (string folder in golden.ModelFolders)
        {
            using KokoroModel model = Load(folder);
            string phonemes = golden.Expect.GetProperty("phonemes").GetString()!;
            long[] ids = [.. golden.Ints(golden.Argument("ids", "")).Select(id => (long)id)];
            float[] style = golden.Floats(golden.Argument("style", ""));
            double speed = golden.Argument("speed", 1.0);
            if (!ids.SequenceEqual(model.Vocabulary.Encode(phonemes)))
                check.Fail("in.ids", "are not the ids of the phonemes");
            (float[] audio, int[] durations) = model.Network.Forward(ids, style, speed, golden.CreateRandom(), Trace(golden, check));
            check.Compare("out.durations", durations);
            check.Compare("out.audio", audio);
            check.Expect("phonemes", phonemes);
            check.Expect("ids", ids);
            check.Expect("speed", speed);
            check.Expect("frames", durations.Sum());
            check.Expect("samples", audio.Length);
            check.Expect("style_row", KokoroVocabulary.Length(phonemes) - 1);
            check.Expect("layers", QuantizedLayers(folder));
            if (golden.Expect.TryGetProperty("voice", out JsonElement voice))
            {
                if (!model.Voice(VoiceIn(golden, model, voice.GetString())).Style(KokoroVocabulary.Length(phonemes)).AsSpan().SequenceEqual(style))
                    check.Fail("in.style", "is not the voice's row for the phonemes");
                check.Expect("voice", voice);
            }
        }
    }

    private static void RunSource(GoldenCase golden, GoldenCheck check)
    {
        using KokoroModel model = Load(golden.ModelFolder());
        KokoroGenerator generator = model.Network.Generator;
        Tensor f0 = golden.Tensor(golden.Argument("f0", ""));
        Tensor source = generator.Source.Forward(f0, golden.Argument("scale", 0), golden.CreateRandom());
        check.Compare("out.uv", HarmonicSource.Voiced(f0).unsqueeze(-1));
        check.Compare("out.source", source.unsqueeze(-1));
        (Tensor magnitude, Tensor phase) = generator.Transform.Forward(source);
        check.Compare("out.har_spec", magnitude.transpose(1, 2));
        check.Compare("out.har_phase", phase.transpose(1, 2));
    }

    private static void RunInverse(GoldenCase golden, GoldenCheck check)
    {
        using KokoroModel model = Load(golden.ModelFolder());
        Tensor magnitude = golden.Tensor(golden.Argument("spec", "")).transpose(1, 2);
        Tensor phase = golden.Tensor(golden.Argument("phase", "")).transpose(1, 2);
        check.Compare("out.audio", model.Network.Generator.Transform.Inverse(magnitude, phase).unsqueeze(1));
    }

    private static void RunSegments(GoldenCase golden, GoldenCheck check)
    {
        PhonemeLanguage language = PhonemeLanguage.Find(golden.Argument("lang_code", ""));
        IPhonemizer phonemizer = golden.Args.TryGetProperty("tokens", out JsonElement tokens)
            ? new GivenTokens([.. tokens.EnumerateArray().Select(token => new PhonemeToken(
                token[0].GetString()!, "", token[2].GetString()!, token[1].GetString()))])
            : Phonemizers.Load(language.Tag);
        IEnumerable<KokoroPiece> pieces = new KokoroSegments(KokoroSegments.StandardLimit).Cut(golden.Argument("text", ""), language.Accent is not null, phonemizer);
        check.Expect("segments", pieces.Select(piece => new[] { piece.Text, piece.Phonemes }));
    }

    private static void RunTimestamps(GoldenCase golden, GoldenCheck check)
    {
        JsonElement[] recorded = [.. golden.Expect.GetProperty("tokens").EnumerateArray()];
        PhonemeToken[] tokens = [.. recorded.Select(token => new PhonemeToken(
            token.GetProperty("text").GetString()!, "", token.GetProperty("whitespace").GetString()!, token.GetProperty("phonemes").GetString()))];
        (double Start, double End)?[] times = KokoroTimestamps.Compute(tokens, golden.Ints(golden.Argument("durations", "")), KokoroVocabulary.Length);
        check.Expect("tokens", tokens.Zip(times, (token, time) => new
        {
            token.Text, token.Phonemes, token.Whitespace, time?.Start, time?.End,
        }));
        var piece = new KokoroPiece(tokens);
        check.Expect("text", piece.Text);
        check.Expect("phonemes", piece.Phonemes);
    }

    private static void RunGenerate(GoldenCase golden, GoldenCheck check)
    {
        foreach (string folder in golden.ModelFolders)
        {
            using KokoroModel model = Load(folder);
            var options = new SpeechOptions
            {
                Voice = VoiceIn(golden, model, golden.Argument<string?>("voice", null)),
                Language = golden.Argument<string?>("lang_code", null),
                Speed = golden.Argument("speed", 1.0),
            };
            List<SpeechSegment> segments = model.Speak(golden.Argument("text", ""), options, golden.CreateRandom(), Observer(golden, check));
            check.Expect("sample_rate", model.Info.SampleRate);
            check.Expect("segments", segments.Select(segment => new
            {
                segment.Text,
                segment.Phonemes,
                Ids = model.Vocabulary.Encode(segment.Phonemes),
                StyleRow = KokoroVocabulary.Length(segment.Phonemes) - 1,
                TokenCount = KokoroVocabulary.Length(segment.Phonemes),
                AudioDuration = segment.Audio.Duration.ToString(@"hh\:mm\:ss\.fff", System.Globalization.CultureInfo.InvariantCulture),
            }));
            check.Expect("phonemes", string.Join(' ', segments.Select(segment => segment.Phonemes)));
            check.Expect("style_row", KokoroVocabulary.Length(segments[0].Phonemes) - 1);
            check.Expect("samples", segments.Sum(segment => segment.Audio.Samples.Length));
            for (int i = 0; i < segments.Count; i++)
                check.Compare($"out.audio.{i}", segments[i].Audio.Samples);
            check.Compare("out.audio", segments[0].Audio.Samples);
            check.Compare("out.rms", Levels(segments[0].Audio.Samples));
        }
    }

    private static KokoroModel Load(string folder) => GoldenModels.Load<KokoroModel>(folder);

    /// <summary>The voice's name, or its files' paths for a layout of the model that comes without voices and shares the first one's.</summary>
    private static string? VoiceIn(GoldenCase golden, KokoroModel model, string? voice) => voice is null || model.Voices.Count > 0
        ? voice
        : string.Join(',', voice.Split(',').Select(name => Path.Combine(golden.ModelFolder(), "voices", name + ".safetensors")));

    private static string[] QuantizedLayers(string folder)
    {
        using var checkpoint = Checkpoint.Open(ModelFiles.Open(folder));
        return [.. checkpoint.Names.Where(name => name.EndsWith(".scales", StringComparison.Ordinal))
            .Select(name => name[..^".scales".Length]).Order(StringComparer.Ordinal)];
    }

    /// <summary>Root mean square of blocks of 600 samples.</summary>
    private static float[] Levels(float[] samples) =>
        [.. samples.Chunk(600).Where(block => block.Length == 600).Select(block => (float)Math.Sqrt(block.Average(value => (double)value * value)))];

    private static StageTrace Trace(GoldenCase golden, GoldenCheck check) => new(CancellationToken.None, Observer(golden, check));

    private static Action<string, Tensor> Observer(GoldenCase golden, GoldenCheck check) => (name, tensor) =>
    {
        using var scope = NewDisposeScope();
        switch (name)
        {
            case "pitch":
                check.Compare("out.F0", tensor);
                return;
            case "energy":
                check.Compare("out.N", tensor);
                return;
            case "durations":
                check.Compare("out.durations", tensor);
                return;
            case "source":
                tensor = tensor.unsqueeze(-1);
                break;
            case "istft":
                tensor = tensor.unsqueeze(1);
                break;
        }
        if (Array.Exists(ChannelsFirst, start => name.StartsWith(start, StringComparison.Ordinal)))
            tensor = tensor.transpose(1, 2);
        // The real cases keep the first tokens only of these.
        if (name is "bert_encoder" or "text_encoder" && golden.Find("mid." + name) is { } recorded)
        {
            int axis = name == "bert_encoder" ? 1 : 2;
            tensor = tensor.narrow(axis, 0, Math.Min(tensor.shape[axis], recorded.Shape[axis]));
        }
        check.Compare("mid." + name, tensor);
    };

    /// <summary>The tokens of a case in place of a phonemizer's.</summary>
    private sealed class GivenTokens(PhonemeToken[] tokens) : IPhonemizer
    {
        public IReadOnlyList<PhonemeToken> Phonemize(string text) => tokens;
    }
}
