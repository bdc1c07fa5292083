using NLayer;

namespace Timbre.Audio.Decoders;

/// <summary>The four bytes before each MPEG audio frame (ISO/IEC 11172-3 and 13818-3; MPEG-2.5 halves the rates once more).</summary>
internal readonly record struct Mp3Header(uint Bits)
{
    /// <summary>Kilobits a second by index, for MPEG-1 layers I to III and MPEG-2 layer I and layers II and III.</summary>
    private static readonly short[][] BitRates =
    [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];

    private static readonly int[] SampleRates = [44100, 48000, 32000];

    /// <summary>Bytes before the frame's content.</summary>
    public const int Size = 4;

    /// <summary>Whether these bytes can begin a frame; frames of free bit rate are not told from noise.</summary>
    public bool IsValid => Bits >> 21 == 0x7FF && VersionBits != 1 && LayerBits != 0 && BitRateIndex is > 0 and < 15 && SampleRateIndex < 3;

    /// <summary>MPEG-1, 2 or 2.5.</summary>
    public MpegVersion Version => VersionBits switch { 3 => MpegVersion.Version1, 2 => MpegVersion.Version2, _ => MpegVersion.Version25 };

    /// <summary>Layer I, II or III.</summary>
    public MpegLayer Layer => (MpegLayer)(4 - LayerBits);

    /// <summary>Whether two bytes of checksum follow the header.</summary>
    public bool HasChecksum => (Bits & 0x10000) == 0;

    /// <summary>Place in the table of bit rates.</summary>
    public int BitRateIndex => (int)(Bits >> 12) & 15;

    /// <summary>Place in the table of sample rates.</summary>
    public int SampleRateIndex => (int)(Bits >> 10) & 3;

    /// <summary>How the channels are coded.</summary>
    public MpegChannelMode ChannelMode => (MpegChannelMode)((Bits >> 6) & 3);

    /// <summary>What is joined in joint stereo.</summary>
    public int ChannelModeExtension => (int)(Bits >> 4) & 3;

    /// <summary>One or two.</summary>
    public int Channels => ChannelMode == MpegChannelMode.Mono ? 1 : 2;

    /// <summary>Bits a second.</summary>
    public int BitRate => BitRates[IsFirstVersion ? (int)Layer - 1 : Layer == MpegLayer.LayerI ? 3 : 4][BitRateIndex] * 1000;

    /// <summary>Samples a second.</summary>
    public int SampleRate => SampleRates[SampleRateIndex] / (VersionBits switch { 3 => 1, 2 => 2, _ => 4 });

    /// <summary>Samples of each channel in the frame.</summary>
    public int SampleCount => Layer == MpegLayer.LayerI ? 384 : Layer == MpegLayer.LayerIII && !IsFirstVersion ? 576 : 1152;

    /// <summary>Bytes of the frame, this header among them.</summary>
    public int FrameLength => Layer == MpegLayer.LayerI
        ? ((12 * BitRate / SampleRate) + Padding) * 4
        : (SampleCount / 8 * BitRate / SampleRate) + Padding;

    /// <summary>Bytes of layer III's side information, after which a Xing header stands.</summary>
    public int SideInformationLength => (IsFirstVersion, Channels) switch { (true, 2) => 32, (false, 1) => 9, _ => 17 };

    private bool IsFirstVersion => VersionBits == 3;

    private int Padding => (int)(Bits >> 9) & 1;

    private uint VersionBits => (Bits >> 19) & 3;

    private int LayerBits => (int)(Bits >> 17) & 3;

    /// <summary>Whether a frame with this header belongs to the same stream; bit rate and channels may change within one.</summary>
    public bool Fits(Mp3Header other) => IsValid && (Bits & 0xFFFE0C00) == (other.Bits & 0xFFFE0C00);
}
