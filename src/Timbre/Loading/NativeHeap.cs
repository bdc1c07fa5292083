using System.Runtime.InteropServices;

namespace Timbre.Loading;

/// <summary>The heap that libtorch's CPU tensors come from.</summary>
internal static partial class NativeHeap
{
    private static bool _hasTrim = OperatingSystem.IsLinux();

    /// <summary>
    /// Gives what the heap keeps of freed tensors back to the system. Every text has another length, so what one has freed seldom fits the
    /// next, and the heap would grow.
    /// </summary>
    public static void Trim()
    {
        if (!_hasTrim)
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Only glibc has it.
            _hasTrim = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);
}
