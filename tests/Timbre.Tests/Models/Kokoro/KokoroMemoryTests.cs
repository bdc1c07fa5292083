using Timbre.Models.Kokoro;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Models.Kokoro;

/// <summary>Counts tensors of the whole process, so nothing else may run beside it.</summary>
[Collection(nameof(AloneCollection))]
public class KokoroMemoryTests
{
    [Fact]
    public void LiveTensorsStayLevelAndDisposingFreesThem()
    {
        Collect();
        long before = Tensor.TotalCount;
        using (KokoroModel model = KokoroFixture.Load())
        {
            Speak(model, 0);
            long level = Tensor.TotalCount;
            for (int i = 1; i < 8; i++)
                Speak(model, i);
            Assert.Equal(level, Tensor.TotalCount);
        }
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void Speak(KokoroModel model, int length) => model.SpeakAsync(
        string.Concat(Enumerable.Repeat("hˈI, ", length % 4 + 1)), KokoroFixture.Phonemes()).GetAwaiter().GetResult();

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
