using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Timbre.Loading;

/// <summary>
/// Chooses among the kernel libraries that libtorch may use. Those of the CPU are tried: on some virtual machines oneDNN 3.7.1 (that of
/// libtorch 2.10) puts weights in its own order wrongly and every convolution whose channels leave a remainder is wrong (seen on an AMD EPYC
/// of family 26 that hides its caches; https://github.com/uxlfoundation/oneDNN/issues/3280 is of the same kind). libtorch's own kernels are
/// right there, and slower.
/// </summary>
internal static unsafe class NativeKernels
{
    private const string Library = "torch_cpu";

    /// <summary>C++ names under the Itanium ABI (Linux, macOS) and Microsoft's.</summary>
    private static readonly (string Itanium, string Microsoft) GlobalContext = ("_ZN2at13globalContextEv", "?globalContext@at@@YAAEAVContext@1@XZ");
    private static readonly (string Itanium, string Microsoft) EnableOneDnn =
        ("_ZN2at7Context20setUserEnabledMkldnnEb", "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z");
    private static readonly (string Itanium, string Microsoft) EnableNnpack =
        ("_ZN2at7Context20setUserEnabledNNPACKEb", "?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z");

    private static readonly (string Itanium, string Microsoft) EnableCudnnAttention =
        ("_ZN2at7Context14setSDPUseCuDNNEb", "?setSDPUseCuDNN@Context@at@@QEAAX_N@Z");

    /// <summary>
    /// Leaves attention on CUDA to libtorch's own kernels. cuDNN, which comes first for half types on newer GPUs, makes a plan for every
    /// length that it has not seen, and a decoder sees a new one with each token (seen on an H200: a transcription took three times as long as
    /// in float32).
    /// </summary>
    public static void LeaveCudnnAttention() => _ = TrySet(EnableCudnnAttention, false);

    /// <summary>Tries the kernels, and turns off those that are wrong; true where oneDNN may stay.</summary>
    /// <exception cref="PlatformNotSupportedException">oneDNN is wrong, and this libtorch has no way to turn it off.</exception>
    public static bool Choose()
    {
        InitializeDeviceType(TorchSharp.DeviceType.CPU);
        // Never faster than the others where these run, and where it cannot run it says so on standard error at every convolution.
        _ = TrySet(EnableNnpack, false);
        if (OneDnnIsRight())
            return true;
        if (!TrySet(EnableOneDnn, false) || !OneDnnIsRight())
            throw new PlatformNotSupportedException(
                "libtorch computes convolutions wrongly on this processor. Set ONEDNN_MAX_CPU_ISA=SSE41 in the environment, or use another machine.");
        return false;
    }

    /// <summary>Sums of ones, whose result is known, in the shapes that were seen to go wrong.</summary>
    private static bool OneDnnIsRight()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor remainder = conv1d(ones(1, 20, 3000), ones(8, 20, 3));
        Tensor channelsLast = conv2d(ChannelsLast(1, 64, 1, 1000), ChannelsLast(512, 64, 1, 1));
        return All(remainder, 60) && All(channelsLast, 64);
    }

    private static Tensor ChannelsLast(long batch, long channels, long height, long width) =>
        ones(batch, height, width, channels).permute(0, 3, 1, 2);

    private static bool All(Tensor values, float expected) => values.eq(expected).all().item<bool>();

    private static bool TrySet((string Itanium, string Microsoft) setter, bool value)
    {
        // The library is loaded already: asking for it by its name finds that one.
        string file = OperatingSystem.IsWindows() ? $"{Library}.dll" : OperatingSystem.IsMacOS() ? $"lib{Library}.dylib" : $"lib{Library}.so";
        if (!NativeLibrary.TryLoad(file, out nint library) || Find(library, GlobalContext) is not (not 0 and var context)
            || Find(library, setter) is not (not 0 and var set))
            return false;
        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), value ? (byte)1 : (byte)0);
        return true;
    }

    private static nint Find(nint library, (string Itanium, string Microsoft) name) =>
        NativeLibrary.TryGetExport(library, OperatingSystem.IsWindows() ? name.Microsoft : name.Itanium, out nint address) ? address : 0;
}
