using System.Text.Json;
using FFMpegCore;
using Timbre.Audio;
using Timbre.Audio.Decoders;
using Timbre.Audio.Dsp;

namespace Timbre.Tests.Golden;

/// <summary>
/// The cases of <c>audio_io</c>. Where a case says what a good reader does (<c>good</c>), that holds, not what the reference does.
/// </summary>
internal sealed class AudioIoRunner : IGoldenRunner
{
    /// <summary>Frames and level by which decoders of lossy formats may differ, from the case's notes.</summary>
    private const int LossyFrames = 1500, LossyDelay = 64;
    private const double LossyLevel = 0.1, LeastCorrelation = 0.99;

    private static readonly HashSet<string> LossyCodecs = ["mp3", "vorbis", "opus", "aac"];

    public string Family => "audio_io";

    public IEnumerable<string> Entries => ["audio.read", "audio.write"];

    public void Run(GoldenCase golden, GoldenCheck check) => check.ForEachSubCase((part, partCheck) =>
    {
        switch (part.Argument("op", ""))
        {
            case "audio.write":
                Write(part, partCheck);
                break;
            case "audio.load_audio":
                LoadAudio(part, partCheck);
                break;
            case "audio.read" when part.Args.TryGetProperty("good", out var good):
                ReadFile(part, partCheck, good);
                break;
            case "audio.read":
                Convert(part, partCheck);
                break;
            case var other:
                partCheck.Fail("", $"no runner for the operation '{other}'");
                break;
        }
    });

    private static void ReadFile(GoldenCase part, GoldenCheck check, JsonElement good)
    {
        var name = part.Argument("name", "");
        var input = new AudioInput(part.FamilyFile("files/" + name), name);
        if (good.ValueKind == JsonValueKind.String)
        {
            ReadBroken(input, good.GetString()!, check);
            return;
        }
        var sound = Sound.Read(input);
        Require(check, "rate", sound.SampleRate, good.GetProperty("rate").GetInt32());
        Require(check, "channels", sound.Channels, good.GetProperty("channels").GetInt32());
        var frames = good.GetProperty("frames").GetInt32();
        var isLossy = LossyCodecs.Contains(sound.Format);
        if (Math.Abs(sound.Frames - frames) > (isLossy ? LossyFrames : 0))
            check.Fail("", $"{sound.Frames} frames, expected {frames}");
        if (good.TryGetProperty("rms", out var rms) && Math.Abs((sound.Level / rms.GetDouble()) - 1) > (isLossy ? LossyLevel : 1e-3))
            check.Fail("", $"RMS {sound.Level}, expected {rms.GetDouble()}");
        if (!part.Has("out.good"))
            return;

        var expected = part["out.good"];
        var length = (int)Math.Min(expected.Shape[0], isLossy ? sound.Frames : int.MaxValue);
        if (!isLossy)
        {
            var first = sound.Samples.AsSpan(0, Math.Min(sound.Samples.Length, length * sound.Channels));
            check.Compare("out.good", first, first.Length / sound.Channels, sound.Channels);
            return;
        }
        check.ReferenceOnly("out.good", "decoders of lossy formats differ in delay: compared at the best of some delays");
        var correlation = BestCorrelation(sound.Samples, expected.Floats.AsSpan(0, length * sound.Channels), sound.Channels);
        if (correlation < LeastCorrelation)
            check.Fail("out.good", $"correlation {correlation}, at least {LeastCorrelation} is expected");
    }

    /// <summary><c>error</c> means that; <c>what is there</c> that something is read, unless an error is allowed too.</summary>
    private static void ReadBroken(AudioInput input, string good, GoldenCheck check)
    {
        if (good.StartsWith("error", StringComparison.Ordinal))
        {
            check.Throws<AudioFormatException>(() => Sound.Read(input));
            return;
        }
        try
        {
            var sound = Sound.Read(input);
            if (sound.Frames == 0)
                check.Fail("", "nothing was read");
            if (!sound.Samples.All(float.IsFinite))
                check.Fail("", "samples that are not finite were read");
        }
        catch (AudioFormatException) when (good.Contains("or an error", StringComparison.Ordinal))
        {
            // As allowed.
        }
    }

    private static void Convert(GoldenCase part, GoldenCheck check)
    {
        if (part.Args.TryGetProperty("error", out _))
        {
            ConvertWrongly(part, check);
            return;
        }
        var sound = Sound.Read(new AudioInput(part.FamilyFile("files/" + part.Argument("file", "")), part.Argument("file", "")));
        if (part.Args.TryGetProperty("dtype", out _))
        {
            ConvertType(part, check, sound);
            return;
        }
        var (rate, channels) = (part.Argument("sample_rate", sound.SampleRate), part.Argument("nchannels", sound.Channels));
        var expectedShape = part.Expect.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64()).ToArray();
        var isOurs = rate <= sound.SampleRate && (sound.Channels <= 2 || channels == sound.Channels);
        var converted = sound.WithChannels(channels).AtRate(rate);
        check.Expect("rate", converted.SampleRate);
        long[] shape = converted.Channels == 1 && !part.Argument("always_2d", false) ? [converted.Frames] : [converted.Frames, converted.Channels];
        check.Expect("shape", shape);
        if (isOurs)
            check.Compare("out.y", converted.Samples, shape);
        else
            check.ReferenceOnly("out.y", "its decoder's linear upsampling, or its clipping sum of six channels; Timbre filters and takes the mean");
    }

    private static void ConvertWrongly(GoldenCase part, GoldenCheck check)
    {
        if (part.Argument("dtype", "").Length > 0 || part.Argument("nchannels", 1) <= 0 || part.Argument("name", "").EndsWith("type", StringComparison.Ordinal))
            check.ReferenceOnly("error", "samples are always float and mono or as stored: the argument does not exist, and types are the compiler's");
        else if (part.Argument("sample_rate", 1) <= 0)
            check.Throws<ArgumentException>(() => AudioFile.Read(part.FamilyFile("files/" + part.Argument("file", "")), part.Argument("sample_rate", 1)));
        else
            check.Throws<FileNotFoundException>(() => AudioFile.Read(part.FamilyFile("files/no such file")));
    }

    /// <summary>What numpy would make of our samples, scaled to 16 bits where it does so.</summary>
    private static void ConvertType(GoldenCase part, GoldenCheck check, Sound sound)
    {
        var samples = sound.AtRate(part.Argument("sample_rate", sound.SampleRate)).Samples.AsSpan();
        samples = samples[..(int)part["out.y"].Shape[0]];
        var type = part.Argument("dtype", "");
        if (type.StartsWith("float", StringComparison.Ordinal))
        {
            check.Compare("out.y", samples);
            return;
        }
        var bytes = new byte[samples.Length * 2];
        SampleFormats.Encode(SampleFormat.Signed16, samples, bytes);
        var integers = new int[samples.Length];
        for (var i = 0; i < integers.Length; i++)
        {
            int value = BitConverter.ToInt16(bytes, 2 * i);
            integers[i] = type == "uint8" ? (byte)value : value;
        }
        check.Compare("out.y", integers);
    }

    private static void LoadAudio(GoldenCase part, GoldenCheck check)
    {
        if (part.Args.TryGetProperty("error", out _))
        {
            ConvertWrongly(part, check);
            return;
        }
        var (name, rate) = (part.Argument("file", ""), part.Argument("sample_rate", 24000));
        var samples = Sound.Read(new AudioInput(part.FamilyFile("files/" + name), name)).WithChannels(1).AtRate(rate).Samples;
        var read = AudioFile.Read(part.FamilyFile("files/" + name), rate).Samples;
        if (read.Length != samples.Length || read.Zip(samples, (ours, floored) => Math.Abs(ours - floored)).Max() > 2 / 32768f)
            check.Fail("", "AudioFile.Read differs by more than the reference's rounding to 16 bits");
        if (part.Argument("volume_normalize", false))
            Levels.NormalizeVolume(samples);
        if (part.Argument("length", 0) is > 0 and var length)
            Array.Resize(ref samples, length);
        check.Compare("out.y", samples);
    }

    private static void Write(GoldenCase part, GoldenCheck check)
    {
        var format = part.Argument("format", "wav");
        if (part.Args.TryGetProperty("error", out _))
        {
            if (format is "m4a" or "aac")
                check.ReferenceOnly("error", "Timbre writes it");
            else
                check.Throws<ArgumentException>(() => AudioFile.FormatOf(format));
            return;
        }
        if (part.Find("in.x") is { } input)
            WriteBytes(part, check, input, format);
        else
            WriteEncoded(part, check, format);
    }

    /// <summary>Headers are the same to the byte; samples by a step or two, since the reference truncates at a scale of 32767.</summary>
    private static void WriteBytes(GoldenCase part, GoldenCheck check, GoldenTensor input, string format)
    {
        if (part.Argument("dtype", "") is "float16" or "int32")
        {
            check.ReferenceOnly("out.bytes", "it casts other types unscaled, so that float16 is silence and int32 wraps");
            return;
        }
        var isInteger = !input.IsFloat;
        var samples = isInteger ? Array.ConvertAll(input.Ints, value => value / 32768f) : input.Floats;
        var options = new AudioWriteOptions { Format = AudioFile.FormatOf(format), Channels = input.Shape.Length > 1 ? (int)input.Shape[1] : 1 };
        using var stream = new MemoryStream();
        using (var writer = AudioWriter.Create(stream, part.Argument("rate", 0), options))
        {
            writer.Write(samples);
            writer.Complete();
        }
        var actual = Array.ConvertAll(stream.ToArray(), value => (int)value);
        var expected = part["out.bytes"].Ints;
        check.Compare("out.bytes", WithinSteps(actual, expected, options.Format == AudioFileFormat.Wav ? 44 : 0, isInteger ? 0 : 2) ? expected : actual);
    }

    private static bool WithinSteps(int[] actual, int[] expected, int header, int steps)
    {
        if (actual.Length != expected.Length || !actual.AsSpan(0, header).SequenceEqual(expected.AsSpan(0, header)))
            return false;
        for (var i = header; i + 1 < actual.Length; i += 2)
        {
            if (Math.Abs((short)(actual[i] | (actual[i + 1] << 8)) - (short)(expected[i] | (expected[i + 1] << 8))) > steps)
                return false;
        }
        return true;
    }

    private static void WriteEncoded(GoldenCase part, GoldenCheck check, string format)
    {
        var (rate, channels) = (part.Argument("rate", 16000), part.Argument("channels", 1));
        var samples = new float[rate / 4 * channels];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = 0.3f * MathF.Sin(i / channels * 0.2f);
        using var folder = new TemporaryFolder();
        var path = folder["out"];
        using (var writer = AudioWriter.Create(path, rate, new AudioWriteOptions { Format = AudioFile.FormatOf(format), Channels = channels }))
        {
            writer.Write(samples);
            writer.Complete();
        }
        var analysis = FFProbe.Analyse(path);
        check.Expect("container", analysis.Format.FormatName);
        if (format is "ogg" or "vorbis")
        {
            check.ReferenceOnly("expect.codec", "FLAC in Ogg, which browsers do not play; Timbre writes Vorbis");
            Require(check, "codec", analysis.PrimaryAudioStream!.CodecName, "vorbis");
        }
        else
        {
            check.Expect("codec", analysis.PrimaryAudioStream!.CodecName);
        }
        check.Expect("rate", analysis.PrimaryAudioStream.SampleRateHz);
        check.Expect("channels", analysis.PrimaryAudioStream.Channels);
        check.Expect("magic", System.Convert.ToHexStringLower(File.ReadAllBytes(path).AsSpan(0, 4)));
        var level = Sound.Read(new AudioInput(path, format)).Level;
        if (Math.Abs((level / (0.3 / Math.Sqrt(2))) - 1) > LossyLevel)
            check.Fail("", $"what is read back has a level of {level}");
    }

    private static void Require<T>(GoldenCheck check, string what, T actual, T expected)
    {
        if (!Equals(actual, expected))
            check.Fail("", $"{what} {actual}, expected {expected}");
    }

    private static double BestCorrelation(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, int channels)
    {
        var best = -1.0;
        for (var delay = -LossyDelay; delay <= LossyDelay; delay++)
        {
            var a = actual[Math.Min(Math.Max(delay, 0) * channels, actual.Length)..];
            var e = expected[Math.Min(Math.Max(-delay, 0) * channels, expected.Length)..];
            var length = Math.Min(a.Length, e.Length);
            double ae = 0, aa = 1e-12, ee = 1e-12;
            for (var i = 0; i < length; i++)
                (ae, aa, ee) = (ae + (a[i] * e[i]), aa + (a[i] * a[i]), ee + (e[i] * e[i]));
            best = Math.Max(best, ae / Math.Sqrt(aa * ee));
        }
        return best;
    }

    /// <summary>All samples of a file, channels interleaved.</summary>
    private sealed record Sound(string Format, float[] Samples, int SampleRate, int Channels)
    {
        public int Frames => Samples.Length / Channels;

        public double Level => Math.Sqrt(Samples.Sum(sample => (double)sample * sample) / Math.Max(Samples.Length, 1));

        public static Sound Read(AudioInput input)
        {
            using var decoder = DecoderFactory.Open(input);
            var samples = new List<float>();
            var buffer = new float[1000 * decoder.Channels];
            while (decoder.Read(buffer) is > 0 and var read)
                samples.AddRange(buffer.AsSpan(0, read));
            var format = decoder is FFmpegDecoder ? FFmpegDecoder.Probe(input).Codec : decoder.Format;
            return new Sound(format, [.. samples], decoder.SampleRate, decoder.Channels);
        }

        public Sound WithChannels(int channels)
        {
            if (channels == Channels)
                return this;
            var samples = new float[Frames * channels];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = Floored(Samples.AsSpan(i / channels * Channels, Channels).ToArray().Average());
            return this with { Samples = samples, Channels = channels };
        }

        /// <summary>The reference takes the mean of 16-bit integers, rounded down.</summary>
        private static float Floored(float sample) => MathF.Floor(sample * 32768) / 32768;

        public Sound AtRate(int rate)
        {
            if (rate == SampleRate)
                return this;
            var channels = new float[Channels][];
            for (var channel = 0; channel < Channels; channel++)
                channels[channel] = Resampler.Resample([.. Samples.Where((_, i) => i % Channels == channel)], SampleRate, rate);
            var interleaved = Enumerable.Range(0, channels[0].Length).SelectMany(i => channels.Select(samples => samples[i]));
            return this with { Samples = [.. interleaved], SampleRate = rate };
        }
    }
}
