using static TorchSharp.torch;

namespace Timbre.Loading;

/// <summary>Turns the names of devices and precisions into those of torch.</summary>
internal static class Devices
{
    /// <summary>The device of that name; <c>auto</c> takes a GPU when there is one.</summary>
    /// <exception cref="ArgumentException">The name is unknown, or this machine has no such device.</exception>
    public static Device Find(string name)
    {
        NativeSettings.Prepare();
        switch (name)
        {
            case "auto":
                return cuda.is_available() ? Cuda(0) : mps_is_available() ? MPS : CPU;
            case "cpu":
                return CPU;
            case "mps" when mps_is_available():
                return MPS;
            case "cuda" when cuda.is_available():
                return Cuda(0);
        }
        if (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name[5..], out int index) && cuda.is_available()
            && index >= 0 && index < cuda.device_count())
            return Cuda(index);
        string known = name is "mps" or "cuda" || name.StartsWith("cuda:", StringComparison.Ordinal)
            ? "this machine or this build of libtorch has no such device"
            : "known are auto, cpu, cuda, cuda:N and mps";
        throw new ArgumentException($"device '{name}': {known}.");
    }

    private static Device Cuda(int index)
    {
        // TF32 would round what goes into convolutions and recurrent layers to 10 bits of mantissa: float32 shall mean float32, and who wants
        // speed takes bfloat16.
        backends.cudnn.allow_tf32 = false;
        backends.cuda.matmul.allow_tf32 = false;
        NativeKernels.LeaveCudnnAttention();
        return new Device(TorchSharp.DeviceType.CUDA, index);
    }

    /// <summary>The type of a precision; null for the automatic choice.</summary>
    public static ScalarType? TypeOf(Precision precision) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.BFloat16 => ScalarType.BFloat16,
        Precision.Float16 => ScalarType.Float16,
        _ => null,
    };
}
