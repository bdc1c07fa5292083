using System.Globalization;

namespace Timbre.Audio.Encoders;

/// <summary>How a format is written.</summary>
/// <param name="Format">The format.</param>
/// <param name="Names">Names and file suffixes by which it is asked for.</param>
/// <param name="Muxer">ffmpeg's name of the container; null where ffmpeg is not needed.</param>
/// <param name="Codec">ffmpeg's arguments for the encoder.</param>
/// <param name="Quality">ffmpeg's arguments in place of a bit rate; null for a lossless format.</param>
internal sealed record EncoderSettings(AudioFileFormat Format, string[] Names, string? Muxer, string[] Codec, string[]? Quality)
{
    /// <summary>Every format that can be written.</summary>
    public static readonly EncoderSettings[] All =
    [
        new(AudioFileFormat.Wav, ["wav", "wave"], null, [], null),
        new(AudioFileFormat.Pcm, ["pcm", "raw"], null, [], null),
        new(AudioFileFormat.Mp3, ["mp3"], "mp3", ["-c:a", "libmp3lame"], ["-b:a", "128k"]),
        new(AudioFileFormat.Flac, ["flac"], "flac", ["-c:a", "flac"], null),
        new(AudioFileFormat.Ogg, ["ogg", "oga", "vorbis"], "ogg", ["-c:a", "libvorbis"], ["-q:a", "5"]),
        new(AudioFileFormat.Opus, ["opus"], "opus", ["-c:a", "libopus"], ["-b:a", "128k"]),
        new(AudioFileFormat.M4a, ["m4a", "mp4"], "ipod", ["-c:a", "aac", "-movflags", "+faststart"], ["-b:a", "128k"]),
        new(AudioFileFormat.Aac, ["aac"], "adts", ["-c:a", "aac"], ["-b:a", "128k"]),
        new(AudioFileFormat.WebM, ["webm"], "webm", ["-c:a", "libopus"], ["-b:a", "128k"]),
    ];

    /// <summary>The settings of a format.</summary>
    public static EncoderSettings For(AudioFileFormat format) => Array.Find(All, settings => settings.Format == format)
        ?? throw new ArgumentOutOfRangeException(nameof(format), format, "not an audio file format");

    /// <summary>The settings that a name such as <c>mp3</c> or <c>.MP3</c> asks for.</summary>
    /// <exception cref="ArgumentException">No format has that name.</exception>
    public static EncoderSettings ForName(string name)
    {
        var plain = name.TrimStart('.').ToLowerInvariant();
        var known = string.Join(", ", All.SelectMany(settings => settings.Names));
        return Array.Find(All, settings => settings.Names.Contains(plain)) ?? throw new ArgumentException(
            $"Unsupported output format: {(plain.Length == 0 ? "none is named" : plain)}; known are {known}", nameof(name));
    }

    /// <summary>How samples are stored, or given to ffmpeg.</summary>
    /// <exception cref="ArgumentException">An option does not fit the format.</exception>
    public SampleFormat SampleFormatFor(AudioWriteOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Channels, 255);
        if (options.BitRate is { } rate && (Quality is null || rate < 1000))
            throw new ArgumentException($"{Format} has no bit rate of {rate} bits a second", nameof(options));
        if (Quality is not null)
        {
            return options.SampleType is null
                ? SampleFormat.Float32
                : throw new ArgumentException($"{Format} has no sample type; leave it out", nameof(options));
        }
        return (options.SampleType ?? AudioSampleType.Int16, Format) switch
        {
            (AudioSampleType.Int16, _) => SampleFormat.Signed16,
            (AudioSampleType.Int24, _) => SampleFormat.Signed24,
            (AudioSampleType.Float32, not AudioFileFormat.Flac) => SampleFormat.Float32,
            (var other, _) => throw new ArgumentException($"{Format} cannot store samples as {other}", nameof(options)),
        };
    }

    /// <summary>ffmpeg's arguments from samples on its standard input to a target.</summary>
    public string[] Arguments(AudioWriteOptions options, int sampleRate, string target)
    {
        var isWide = options.SampleType == AudioSampleType.Int24;
        var samples = Quality is not null ? "f32le" : isWide ? "s24le" : "s16le";
        string[] bits = Quality is not null ? [] : isWide ? ["-sample_fmt", "s32", "-bits_per_raw_sample", "24"] : ["-sample_fmt", "s16"];
        string[] quality = options.BitRate is { } rate ? ["-b:a", rate.ToString(CultureInfo.InvariantCulture)] : Quality ?? [];
        return
        [
            "-f", samples, "-ar", sampleRate.ToString(CultureInfo.InvariantCulture),
            "-ac", options.Channels.ToString(CultureInfo.InvariantCulture), "-i", "pipe:0",
            .. Codec, .. bits, .. quality, "-f", Muxer!, "-y", target,
        ];
    }
}
