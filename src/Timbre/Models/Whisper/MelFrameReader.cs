using System.Runtime.InteropServices;
using Timbre.Audio.Dsp;
using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>
/// One pass over audio as frames of log10 mel power, a block at a time: reflected at both edges, with zeros after the audio where asked for.
/// Frames that see nothing but zeros are not computed.
/// </summary>
internal sealed class MelFrameReader(IMonoReader reader, MelSpectrogram spectrogram, int padding) : IDisposable
{
    /// <summary>Samples of a frame.</summary>
    public const int FftSize = 400;

    /// <summary>Frames of a block.</summary>
    public const int BlockFrames = 1000;

    private const int Reach = FftSize / 2;

    // So many zeros after the audio that every frame which still sees some of it is whole.
    private const int LongestTail = FftSize + WhisperLogMel.Hop + Reach;

    // The extended signal from the first sample of the next frame.
    private readonly float[] _pending = new float[(BlockFrames + 2) * WhisperLogMel.Hop + LongestTail + 2 * FftSize];
    private int _count = Reach;
    private long _samples;
    private bool _ended;

    /// <summary>The next frame.</summary>
    public int Position { get; private set; }

    /// <summary>Frames of the audio alone, once the end has been reached.</summary>
    public int ContentFrames => (int)(_samples / WhisperLogMel.Hop);

    /// <summary>Frames of the audio and the zeros after it, once the end has been reached.</summary>
    public int Frames => checked((int)((_samples + padding) / WhisperLogMel.Hop));

    /// <summary>Passes the next block; its frames are appended to the target, where there is one.</summary>
    /// <returns>How many frames there were; 0 at the end.</returns>
    public int Read(List<float>? target)
    {
        Fill();
        int count = Math.Min(BlockFrames, (_count - FftSize) / WhisperLogMel.Hop + 1);
        if (_ended)
            count = Math.Min(count, (padding > LongestTail ? Math.Min(Frames, (int)((_samples + FftSize) / WhisperLogMel.Hop)) : Frames) - Position);
        if (count <= 0 || _count < FftSize)
            return 0;
        if (target is not null)
            Compute(count, target);
        int passed = count * WhisperLogMel.Hop;
        _pending.AsSpan(passed, _count - passed).CopyTo(_pending);
        _count -= passed;
        Position += count;
        return count;
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private void Fill()
    {
        if (_ended)
            return;
        bool first = _samples == 0;
        int wanted = (BlockFrames - 1) * WhisperLogMel.Hop + FftSize;
        while (_count < wanted && !_ended)
        {
            int read = reader.Read(_pending.AsSpan(_count, wanted - _count));
            _ended = read == 0;
            _count += read;
            _samples += read;
        }
        if (_samples > int.MaxValue / 2 * (long)WhisperLogMel.Hop)
            throw new AudioFormatException("The audio is longer than 100 days. Cut it.");
        if (_ended)
        {
            int zeros = Math.Min(padding, LongestTail);
            _pending.AsSpan(_count, zeros).Clear();
            _count += zeros;
        }
        if (first)
            MirrorStart();
        if (_ended && padding <= LongestTail && _count > Reach)
        {
            for (int i = 0; i < Reach; i++)
                _pending[_count + i] = _pending[Math.Max(0, _count - 2 - i)];
            _count += Reach;
        }
    }

    /// <summary>Fills the place before the first sample; a signal shorter than that is mirrored back and forth.</summary>
    private void MirrorStart()
    {
        int length = _count - Reach, period = Math.Max(1, 2 * (length - 1));
        for (int i = 1; i <= Reach && length > 0; i++)
        {
            int index = i % period;
            _pending[Reach - i] = _pending[Reach + Math.Min(index, period - index) % length];
        }
    }

    private void Compute(int count, List<float> target)
    {
        using var scope = NewDisposeScope();
        Tensor signal = tensor(_pending[..((count - 1) * WhisperLogMel.Hop + FftSize)]);
        Tensor log = spectrogram.Power(signal).clamp_min_(1e-10).log10_();
        target.AddRange(MemoryMarshal.Cast<byte, float>(log.contiguous().bytes));
    }
}
