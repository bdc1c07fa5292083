using Timbre.Nn.Cache;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Nn;

public class KvCacheTests
{
    [Fact]
    public void HoldsWhatWasAppendedAndGoesOnWithChosenRows()
    {
        using IDisposable mode = no_grad();
        using var scope = NewDisposeScope();
        using var cache = new KvCache(layers: 2, rows: 3, heads: 2, capacity: 5, headSize: 4, ScalarType.Float32, CPU);
        Tensor first = rand(1, 2, 2, 4), second = rand(3, 2, 1, 4);
        cache.Append(1, first, first * 2);
        cache.Advance(2);
        cache.Select([0, 0, 0]);
        (Tensor keys, Tensor values) = cache.Append(1, second, second * 2);
        cache.Advance(1);
        Tensor expected = cat([first.expand(3, 2, 2, 4), second], 2);
        Assert.True(keys.allclose(expected, 0, 0));
        Assert.True(values.allclose(expected * 2, 0, 0));
        cache.Select([2, 1]);
        Tensor third = rand(2, 2, 1, 4);
        (keys, _) = cache.Append(1, third, third);
        Assert.True(keys.allclose(cat([expected.index_select(0, tensor(new long[] { 2, 1 })), third], 2), 0, 0));
        cache.Reset();
        Assert.Equal((1, 0), (cache.Rows, cache.Length));
    }

    [Fact]
    public void DoesNotGrow()
    {
        using var cache = new KvCache(1, 1, 1, 64, 8, ScalarType.Float32, CPU);
        using Tensor step = zeros(1, 1, 1, 8);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 64; i++)
        {
            using var scope = NewDisposeScope();
            cache.Append(0, step, step);
            cache.Advance(1);
        }
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => cache.Append(0, step, step));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
