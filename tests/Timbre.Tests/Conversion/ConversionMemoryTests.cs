using Timbre.Conversion;
using Timbre.Loading;
using TorchSharp;
using Xunit;

namespace Timbre.Tests.Conversion;

/// <summary>How much a conversion holds.</summary>
[Collection(nameof(AloneCollection))]
public class ConversionMemoryTests
{
    private const int Tensors = 64;

    [Fact]
    public async Task OneTensorIsHeldAtATime()
    {
        using var folder = new ConversionFolder();
        string source = folder.LanguageModel(more: builder =>
        {
            for (int i = 0; i < Tensors; i++)
                builder.AddFloats($"model.layers.{i}.self_attn.q_proj.weight", [16, 4096], ConversionFolder.Floats(16 * 4096, i));
        });
        long first = 0, most = 0, reports = 0, last = 0;
        var progress = new ImmediateProgress(value =>
        {
            // Of the thread that converts, on which reports come.
            long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            (first, most) = (reports == 0 ? live : first, Math.Max(most, live));
            reports++;
            Assert.InRange(value.BytesWritten, last, value.BytesTotal);
            last = value.BytesWritten;
        });
        await ModelConverter.ConvertAsync(
            folder.Options(source) with { DataType = Precision.Float32 }, progress, TestContext.Current.CancellationToken);
        Assert.True(reports >= 12);
        // One tensor takes a handful while it is cast and written; all of them would be as many as there are.
        Assert.InRange(most - first, 0, Tensors / 3);
    }
}
