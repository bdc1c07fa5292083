using static TorchSharp.torch;

namespace Timbre.Loading;

/// <summary>What this process computes with, for reports (<c>timbre doctor</c>).</summary>
/// <param name="LibTorchVersion">Version of libtorch.</param>
/// <param name="Devices">The devices that models can be loaded to, the automatic choice first.</param>
/// <param name="Threads">Threads that the CPU kernels use.</param>
/// <param name="UsesOneDnn">Whether oneDNN's kernels are used; false where they give wrong results on this processor.</param>
public sealed record NativeRuntime(string LibTorchVersion, IReadOnlyList<string> Devices, int Threads, bool UsesOneDnn)
{
    /// <summary>Loads libtorch and asks it.</summary>
    public static NativeRuntime Describe()
    {
        NativeSettings.Prepare();
        var devices = new List<string>();
        if (cuda.is_available())
            devices.AddRange(Enumerable.Range(0, cuda.device_count()).Select(index => $"cuda:{index}"));
        if (mps_is_available())
            devices.Add("mps");
        devices.Add("cpu");
        return new NativeRuntime(__version__, devices, get_num_threads(), NativeSettings.UsesOneDnn);
    }
}
