using System.Runtime.InteropServices;
using Timbre.Audio.Dsp;
using Timbre.Generation;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>
/// Whisper's log-mel spectrogram of audio of any length, in bounded memory. The scale depends on the loudest value of the whole, so one
/// pass looks for that; the frames that were passed last are kept, and what is no longer there is read again.
/// </summary>
internal sealed class WhisperLogMel : IDisposable
{
    /// <summary>Samples a second.</summary>
    public const int SampleRate = 16000;

    /// <summary>Samples from one frame to the next: 10 ms.</summary>
    public const int Hop = 160;

    /// <summary>Frames a second.</summary>
    public const int FramesPerSecond = SampleRate / Hop;

    /// <summary>Frames of a window: 30 s.</summary>
    public const int WindowFrames = 3000;

    // log10 of the least power that is told apart from none.
    private const float Silence = -10;

    /// <summary>Frames that are kept: ten minutes, so that shorter audio is never read twice.</summary>
    public const int DefaultKept = 20 * WindowFrames;

    private readonly IAudioSource _source;
    private readonly MelSpectrogram _spectrogram;
    private readonly int _bands;
    private readonly int _padding;
    private readonly int _maxKept;
    private readonly float _largest = Silence;
    private readonly List<float> _kept = [];
    private int _keptStart;
    private MelFrameReader _reader;

    /// <summary>Reads the audio once.</summary>
    /// <param name="source">The audio.</param>
    /// <param name="bands">Mel bands: 80 or 128.</param>
    /// <param name="padding">Zeros that are taken to follow the audio.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="maxKept">Frames to keep, at least three windows.</param>
    /// <exception cref="AudioFormatException">The audio cannot be read.</exception>
    public WhisperLogMel(IAudioSource source, int bands, int padding, CancellationToken cancellationToken = default, int maxKept = DefaultKept)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxKept, 3 * WindowFrames);
        (_source, _bands, _padding, _maxKept) = (source, bands, padding, maxKept);
        _spectrogram = new MelSpectrogram(
            new Stft(MelFrameReader.FftSize, Hop, padding: StftPadding.None), MelFilterBank.Create(SampleRate, MelFrameReader.FftSize, bands));
        _reader = Open();
        try
        {
            while (ReadBlock() is int read and > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _largest = Math.Max(_largest, LogitsMath.Max(CollectionsMarshal.AsSpan(_kept)[^(read * bands)..]));
            }
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
        (ContentFrames, Frames) = (_reader.ContentFrames, _reader.Frames);
    }

    /// <summary>Frames of the audio alone.</summary>
    public int ContentFrames { get; }

    /// <summary>Frames of the audio and the zeros after it.</summary>
    public int Frames { get; }

    /// <summary>A window for the encoder, <c>[1, bands, 3000]</c>: frames from the start on, then 0.0 (which is not silence).</summary>
    public Tensor Window(int start, int count)
    {
        using var scope = NewDisposeScope();
        Tensor frames = Slice(start, count).transpose(0, 1).unsqueeze(0);
        return nn.functional.pad(frames, [0, WindowFrames - count]).MoveToOuterDisposeScope();
    }

    /// <summary>Frames <c>[count, bands]</c>, scaled.</summary>
    public Tensor Slice(int start, int count)
    {
        Seek(start, count);
        var values = new float[count * _bands];
        int offset = (start - _keptStart) * _bands, held = Math.Clamp(_kept.Count - offset, 0, values.Length);
        if (held > 0)
            CollectionsMarshal.AsSpan(_kept).Slice(offset, held).CopyTo(values);
        values.AsSpan(held).Fill(Silence);
        using var scope = NewDisposeScope();
        return tensor(values, [count, _bands]).clamp_min_(_largest - 8).add_(4).div_(4).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private MelFrameReader Open() => new(_source.OpenMono(SampleRate), _spectrogram, _padding);

    /// <summary>Brings the frames into what is kept, as far as they are not all silence.</summary>
    private void Seek(int start, int count)
    {
        if (start < _keptStart)
        {
            _reader.Dispose();
            _reader = Open();
            _kept.Clear();
            _keptStart = 0;
        }
        if (start > _reader.Position)
        {
            _kept.Clear();
            while (_reader.Position + MelFrameReader.BlockFrames <= start && _reader.Read(null) > 0)
                continue;
            _keptStart = _reader.Position;
        }
        while (_reader.Position < start + count && ReadBlock() > 0)
            continue;
    }

    private int ReadBlock()
    {
        int read = _reader.Read(_kept);
        if (_kept.Count > _maxKept * _bands)
        {
            // What is asked for next is at most a window and a block behind.
            int dropped = _kept.Count / _bands - 2 * WindowFrames;
            _kept.RemoveRange(0, dropped * _bands);
            _keptStart += dropped;
        }
        return read;
    }
}
