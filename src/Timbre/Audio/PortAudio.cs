using System.Runtime.InteropServices;

namespace Timbre.Audio;

/// <summary>The few functions of PortAudio (V19) that playing needs, where its shared library is installed.</summary>
internal static partial class PortAudio
{
    /// <summary>A buffer ran empty before more came: heard as a gap, no reason to stop.</summary>
    public const int OutputUnderflowed = -9980;

    private const string Library = "portaudio";

    private static readonly string[] FileNames =
        ["libportaudio.so.2", "libportaudio.2.dylib", "libportaudio.dylib", "portaudio_x64.dll", "portaudio"];

    private static readonly Lazy<nint> Handle = new(() =>
        Array.Find([.. FileNames.Select(TryLoad)], handle => handle != 0));

    static PortAudio()
    {
        NativeLibrary.SetDllImportResolver(typeof(PortAudio).Assembly, (name, _, _) => name == Library ? Handle.Value : 0);
        SilenceBackends();
    }

    /// <summary>Whether the library is installed.</summary>
    public static bool IsInstalled => Handle.Value != 0;

    /// <summary>The format of interleaved 32-bit floats.</summary>
    public static CULong Float32 { get; } = new(1);

    /// <summary>Fails with PortAudio's own words.</summary>
    /// <exception cref="AudioFormatException">The result is an error.</exception>
    public static void Check(int result)
    {
        if (result is < 0 and not OutputUnderflowed)
            throw new AudioFormatException($"Playing: {Marshal.PtrToStringUTF8(GetErrorText(result))}");
    }

    [LibraryImport(Library, EntryPoint = "Pa_Initialize")]
    internal static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "Pa_Terminate")]
    internal static partial int Terminate();

    [LibraryImport(Library, EntryPoint = "Pa_OpenDefaultStream")]
    internal static partial int OpenDefaultStream(
        out nint stream, int inputChannels, int outputChannels, CULong format, double sampleRate, CULong framesPerBuffer,
        nint callback, nint userData);

    [LibraryImport(Library, EntryPoint = "Pa_StartStream")]
    internal static partial int StartStream(nint stream);

    [LibraryImport(Library, EntryPoint = "Pa_WriteStream")]
    internal static partial int WriteStream(nint stream, in float samples, CULong frames);

    [LibraryImport(Library, EntryPoint = "Pa_StopStream")]
    internal static partial int StopStream(nint stream);

    [LibraryImport(Library, EntryPoint = "Pa_AbortStream")]
    internal static partial int AbortStream(nint stream);

    [LibraryImport(Library, EntryPoint = "Pa_CloseStream")]
    internal static partial int CloseStream(nint stream);

    [LibraryImport(Library, EntryPoint = "Pa_GetErrorText")]
    private static partial nint GetErrorText(int error);

    /// <summary>ALSA and JACK write pages to standard error about outputs that a machine does not have.</summary>
    private static unsafe void SilenceBackends()
    {
        var ignore = (nint)(delegate* unmanaged<nint, int, nint, int, nint, void>)&Ignore;
        foreach (var (library, function) in new[]
        {
            ("libasound.so.2", "snd_lib_error_set_handler"), ("libjack.so.0", "jack_set_error_function"), ("libjack.so.0", "jack_set_info_function"),
        })
        {
            if (IsInstalled && TryLoad(library) is not 0 and var handle && NativeLibrary.TryGetExport(handle, function, out var setter))
                ((delegate* unmanaged<nint, void>)setter)(ignore);
        }
    }

    /// <summary>Takes ALSA's file, line, function, error and format, or JACK's text alone; what more a caller passes is its own.</summary>
    [UnmanagedCallersOnly]
    private static void Ignore(nint first, int second, nint third, int fourth, nint fifth)
    {
    }

    private static nint TryLoad(string name) => NativeLibrary.TryLoad(name, out var handle) ? handle : 0;
}
