using System.Runtime.InteropServices;

namespace Timbre.Audio;

/// <summary>Plays mono audio on the default output, piece by piece, by PortAudio.</summary>
public sealed class Player : IDisposable
{
    /// <summary>Samples handed over at once: short enough to stop soon, long enough not to run empty.</summary>
    private const int BlockSamples = 2048;

    private nint _stream;

    /// <summary>Opens the default output.</summary>
    /// <param name="sampleRate">Rate in Hz of what will be played.</param>
    /// <exception cref="AudioFormatException">PortAudio is not installed, or there is no output that plays this.</exception>
    public Player(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        if (!PortAudio.IsInstalled)
        {
            throw new AudioFormatException(
                "Playing needs PortAudio, which was not found: install it with 'apt install libportaudio2' or 'brew install portaudio'");
        }
        PortAudio.Check(PortAudio.Initialize());
        try
        {
            PortAudio.Check(PortAudio.OpenDefaultStream(out _stream, 0, 1, PortAudio.Float32, sampleRate, new CULong(0), 0, 0));
            PortAudio.Check(PortAudio.StartStream(_stream));
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Whether PortAudio is installed; there may still be no output.</summary>
    public static bool IsAvailable => PortAudio.IsInstalled;

    /// <summary>Plays samples; returns when the last ones are handed over, a moment before they are heard.</summary>
    /// <exception cref="AudioFormatException">The output fails.</exception>
    public void Write(ReadOnlySpan<float> samples, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_stream == 0, this);
        for (; samples.Length > 0; samples = samples[Math.Min(BlockSamples, samples.Length)..])
        {
            cancellationToken.ThrowIfCancellationRequested();
            PortAudio.Check(PortAudio.WriteStream(_stream, in samples[0], new CULong((uint)Math.Min(BlockSamples, samples.Length))));
        }
    }

    /// <summary>Waits until all that was written has been heard.</summary>
    public void Drain()
    {
        ObjectDisposedException.ThrowIf(_stream == 0, this);
        PortAudio.Check(PortAudio.StopStream(_stream));
        PortAudio.Check(PortAudio.StartStream(_stream));
    }

    /// <summary>Stops at once; call <see cref="Drain"/> before to hear the end.</summary>
    public void Dispose()
    {
        if (_stream == 0)
            return;
        _ = PortAudio.AbortStream(_stream);
        Close();
    }

    private void Close()
    {
        if (_stream != 0)
            _ = PortAudio.CloseStream(_stream);
        _stream = 0;
        _ = PortAudio.Terminate();
    }
}
