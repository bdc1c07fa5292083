using System.Runtime.InteropServices;

namespace Timbre.Loading;

/// <summary>
/// Settings that libtorch's libraries read from the environment when they load, and that .NET's own copy of the environment does not reach.
/// A variable that the user has set is left alone. Then tries the kernels (<see cref="NativeKernels"/>).
/// </summary>
internal static partial class NativeSettings
{
    private static readonly (string Name, string Value)[] Variables =
    [
        // Waiting OpenMP threads sleep instead of spinning: on a busy machine spinning costs up to ten times (measured).
        ("OMP_WAIT_POLICY", "passive"),
        // oneDNN keeps a compiled kernel for every shape it has seen; speech has a new length each time, so the cache only grows.
        ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32"),
    ];

    private static readonly Lazy<bool> Prepared = new(() =>
    {
        foreach ((string name, string value) in OperatingSystem.IsWindows() ? [] : Variables)
            _ = SetEnvironmentVariable(name, value, overwrite: 0);
        return NativeKernels.Choose();
    });

    /// <summary>Whether libtorch may use oneDNN on this machine.</summary>
    public static bool UsesOneDnn => Prepared.Value;

    /// <summary>Sets the variables and loads libtorch, once; to be called before anything of libtorch is.</summary>
    public static void Prepare() => _ = Prepared.Value;

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
