using Timbre.Loading;

namespace Timbre.Tests.Golden;

/// <summary>
/// Loads the checkpoints of recorded cases: on the CPU, where they were recorded, or on the device that <c>TIMBRE_GOLDEN_DEVICE</c> names. There
/// end-to-end cases run; cases of single stages hand tensors of the CPU to a network.
/// </summary>
internal static class GoldenModels
{
    private static readonly LoadOptions Options = new() { Device = Environment.GetEnvironmentVariable("TIMBRE_GOLDEN_DEVICE") ?? "cpu" };

    public static T Load<T>(string folder) where T : ISpeechModel => (T)ModelLoader.Load(folder, Options);
}
