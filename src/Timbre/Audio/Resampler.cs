using System.Numerics;
using System.Runtime.InteropServices;

namespace Timbre.Audio;

/// <summary>
/// Changes the sample rate of a stream with the filter of <see cref="PolyphaseFilter"/>. The first sample out stands where the first
/// sample in stood; the signal goes on beyond its ends with its first and last sample. The whole-buffer form runs the same code, so
/// both give the same samples, bit by bit, however the input is cut.
/// </summary>
internal sealed class Resampler : IMonoReader
{
    private const int BlockSize = 8192;

    private readonly IMonoReader _source;
    private readonly PolyphaseFilter _filter;
    private readonly float[] _scratch;

    /// <summary>A stretch of the input: sample <c>_windowStart + i</c> of the source is <c>_window[i]</c>.</summary>
    private readonly float[] _window;
    private long _windowStart;
    private int _windowCount;
    private long _sourceLength = long.MaxValue;

    private long _newest;
    private int _phase;
    private long _position;
    private long _length = long.MaxValue;

    /// <summary>Takes over the source and disposes it.</summary>
    public Resampler(IMonoReader source, int sampleRate)
    {
        _source = source;
        SampleRate = sampleRate;
        _filter = PolyphaseFilter.For(source.SampleRate, sampleRate);
        _scratch = new float[_filter.TapCount];
        _window = new float[_filter.TapCount + BlockSize];
        _newest = _filter.Delay / _filter.Up;
        _phase = (int)(_filter.Delay % _filter.Up);
    }

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <summary>The whole signal at another rate: ceil(n * toRate / fromRate) samples.</summary>
    /// <exception cref="ArgumentException">A rate is not positive, or they are too far apart.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int fromRate, int toRate)
    {
        if (fromRate == toRate)
            return samples.ToArray();
        using var resampler = new Resampler(new BufferReader(samples.ToArray(), fromRate), toRate);
        var result = new float[OutputLength(samples.Length, fromRate, toRate)];
        var count = 0;
        while (resampler.Read(result.AsSpan(count)) is > 0 and var read)
            count += read;
        return result;
    }

    /// <summary>The source itself where it has the rate already.</summary>
    public static IMonoReader Wrap(IMonoReader source, int sampleRate) =>
        source.SampleRate == sampleRate ? source : new Resampler(source, sampleRate);

    /// <summary>How many samples come out of <paramref name="length"/> samples.</summary>
    public static long OutputLength(long length, int fromRate, int toRate) =>
        (long)(((Int128)length * toRate + fromRate - 1) / fromRate);

    /// <inheritdoc/>
    public int Read(Span<float> buffer)
    {
        for (var i = 0; i < buffer.Length; i++)
        {
            if (_newest >= _windowStart + _windowCount)
                Advance();
            if (_position >= _length)
                return i;

            var taps = _filter.Phase(_phase, _scratch);
            var first = (int)(_newest - _windowStart) - taps.Length + 1;
            buffer[i] = Dot(taps, _window.AsSpan(first, taps.Length));
            _position++;
            var advance = _phase + (long)_filter.Down;
            _newest += advance / _filter.Up;
            _phase = (int)(advance % _filter.Up);
        }
        return buffer.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    /// <summary>Reads on until the window holds the newest sample that the next output weighs, or the signal has ended.</summary>
    private void Advance()
    {
        if (_windowStart == 0 && _windowCount == 0 && !Begin())
            return;
        while (_newest >= _windowStart + _windowCount && _position < _length)
        {
            Discard();
            var room = _window.AsSpan(_windowCount);
            var read = _windowStart + _windowCount < _sourceLength ? _source.Read(room) : 0;
            if (read == 0)
            {
                SetEnd(Math.Min(_sourceLength, _windowStart + _windowCount));
                room.Fill(_window[_windowCount - 1]);
                read = room.Length;
            }
            _windowCount += read;
        }
    }

    /// <summary>Puts the first sample before the start as often as the filter reaches back; false where there is none.</summary>
    private bool Begin()
    {
        var history = _window.Length - BlockSize;
        var read = _source.Read(_window.AsSpan(history));
        if (read == 0)
        {
            SetEnd(0);
            return false;
        }
        _window.AsSpan(0, history).Fill(_window[history]);
        _windowStart = -history;
        _windowCount = history + read;
        return true;
    }

    private void Discard()
    {
        var oldest = _newest - _filter.TapCount + 1;
        var unused = (int)Math.Clamp(oldest - _windowStart, 0, _windowCount - 1);
        if (unused == 0)
            return;
        _window.AsSpan(unused, _windowCount - unused).CopyTo(_window);
        _windowStart += unused;
        _windowCount -= unused;
    }

    private void SetEnd(long sourceLength)
    {
        _sourceLength = sourceLength;
        _length = OutputLength(sourceLength, _filter.Down, _filter.Up);
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(a);
        var y = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> even = default, odd = default;
        var i = 0;
        for (; i + 1 < x.Length; i += 2)
        {
            even += x[i] * y[i];
            odd += x[i + 1] * y[i + 1];
        }
        if (i < x.Length)
            even += x[i] * y[i];

        var sum = Vector.Sum(even + odd);
        for (var j = x.Length * Vector<float>.Count; j < a.Length; j++)
            sum += a[j] * b[j];
        return sum;
    }
}
