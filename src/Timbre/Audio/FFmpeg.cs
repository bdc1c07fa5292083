using System.ComponentModel;
using System.Diagnostics;
using FFMpegCore;

namespace Timbre.Audio;

/// <summary>
/// A running ffmpeg. FFMpegCore finds the programs and reads what ffprobe says; the process itself is run here, over its standard
/// streams, since FFMpegCore closes its pipe when ffmpeg ends, with what a slow reader has not fetched yet.
/// </summary>
internal sealed class FFmpeg : IDisposable
{
    /// <summary>How to get ffmpeg, for messages.</summary>
    public const string InstallHint =
        "ffmpeg was not found: install it with 'apt install ffmpeg', 'brew install ffmpeg' or 'winget install ffmpeg'";

    /// <summary>
    /// Input options that keep a hostile file from reaching beyond itself: no protocol but files, and no demuxer of playlists, image
    /// sequences, devices or scripts.
    /// </summary>
    public static readonly string[] SafeInput =
    [
        "-protocol_whitelist", "file,pipe", "-format_whitelist",
        "3dostr,aa,aac,ac3,aea,aiff,amr,amrnb,amrwb,ape,asf,ast,au,avi,caf,dsf,dts,dtshd,eac3,flac,flv,gsm,iff,ircam,loas,matroska,"
        + "mov,mp3,mp4,mpc,mpc8,mpeg,mpegts,mxf,nistsphere,nut,ogg,oma,paf,qcp,rm,shn,sln,sox,spdif,tak,tta,voc,w64,wav,webm,wtv,wv,xwma",
    ];

    private const int KeptLines = 2;
    private static readonly TimeSpan ExitTime = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Queue<string> _errors = new();

    private FFmpeg(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>What ffmpeg reads.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What ffmpeg writes.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Starts ffmpeg with these arguments, quiet but for errors.</summary>
    /// <param name="purpose">What it is needed for, for the message when there is none.</param>
    /// <param name="arguments">Arguments, one by one.</param>
    /// <exception cref="AudioFormatException">ffmpeg is not there.</exception>
    public static FFmpeg Start(string purpose, params IEnumerable<string> arguments)
    {
        string[] quiet = ["-hide_banner", "-nostats", "-loglevel", "error"];
        var start = new ProcessStartInfo(GlobalFFOptions.GetFFMpegBinaryPath(), [.. quiet, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new FFmpeg(Process.Start(start)!);
        }
        catch (Win32Exception error)
        {
            throw new AudioFormatException($"{purpose} needs ffmpeg. {InstallHint}", error);
        }
    }

    /// <summary>Waits for the end; gives the last lines of what went wrong, or null when nothing did.</summary>
    /// <param name="limit">How long it may take; ten seconds where nothing is left to do.</param>
    public string? Finish(TimeSpan? limit = null)
    {
        if (!_process.WaitForExit(limit ?? ExitTime))
            return "ffmpeg does not end";
        _process.WaitForExit();
        if (_process.ExitCode == 0)
            return null;
        lock (_errors)
            return _errors.Count > 0 ? string.Join("; ", _errors) : $"ffmpeg ended with exit code {_process.ExitCode}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.WaitForExit(ExitTime);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It ended just now.
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_errors)
        {
            _errors.Enqueue(line.Trim());
            while (_errors.Count > KeptLines)
                _errors.Dequeue();
        }
    }
}
