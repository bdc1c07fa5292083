using CsCheck;
using Timbre.Audio.Dsp;
using Xunit;
using static TorchSharp.torch;

namespace Timbre.Tests.Audio.Dsp;

public class StftTests
{
    private static readonly Gen<float[]> Signals = Gen.Float[-1f, 1f].Array[400, 3000];

    [Fact]
    public void InverseGivesTheSignalBack() => Gen.Select(Signals, Gen.Int[8, 300], Gen.Int[2, 8]).Sample((samples, size, overlap) =>
    {
        using var scope = NewDisposeScope();
        var stft = new Stft(size, Math.Max(1, size / overlap / 2));
        Tensor back = stft.Inverse(stft.Transform(tensor(samples)), samples.Length);
        // What stands behind the last whole frame is not in the spectrum.
        long held = (stft.Transform(tensor(samples)).shape[0] - 1) * stft.Hop;
        AssertNear(samples[..(int)Math.Min(held, samples.Length)], back.data<float>().ToArray(), 1e-4f);
        Assert.Equal(samples.Length, back.shape[0]);
    }, iter: 40);

    [Fact]
    public void EnergyIsKept() => Signals.Sample(samples =>
    {
        using var scope = NewDisposeScope();
        // Parseval, with frames side by side and no window: the inner bins stand for two.
        const int Size = 100;
        Tensor power = new Stft(Size, Size, Window.Create(WindowShape.Rectangular, Size), StftPadding.None).Power(tensor(samples));
        double spectrum = (2 * power.sum() - power[TensorIndex.Colon, 0].sum() - power[TensorIndex.Colon, -1].sum()).item<float>() / Size;
        double expected = samples.Take(samples.Length / Size * Size).Sum(sample => (double)sample * sample);
        Assert.Equal(expected, spectrum, 1e-4 * expected + 1e-6);
    }, iter: 40);

    [Fact]
    public void ATonePeaksInItsBin()
    {
        using var scope = NewDisposeScope();
        float[] tone = [.. Enumerable.Range(0, 4000).Select(i => MathF.Sin(2 * MathF.PI * 25 * i / 200))];
        Tensor power = new Stft(200, 50, padding: StftPadding.None).Power(tensor(tone));
        Assert.True(power.argmax(-1).eq(25).all().item<bool>());
    }

    [Fact]
    public void BlocksAreTheWhole()
    {
        using var scope = NewDisposeScope();
        Tensor signal = randn(2, 20000, generator: new Generator(1));
        var stft = new Stft(64, 16);
        Tensor expected = stft.Transform(signal).abs().square();
        Assert.True(stft.Power(signal).allclose(expected, rtol: 1e-4, atol: 1e-4));
    }

    [Fact]
    public void AShortWindowStandsInTheMiddleOrAtTheStart()
    {
        using var scope = NewDisposeScope();
        Tensor signal = randn(1000, generator: new Generator(2));
        float[] window = Window.Create(WindowShape.Hann, 40), centered = [.. new float[12], .. window, .. new float[12]], atStart = [.. window, .. new float[24]];
        Assert.True(new Stft(64, 16, window).Power(signal).equal(new Stft(64, 16, centered).Power(signal)).all().item<bool>());
        Assert.True(new Stft(64, 16, window, centerWindow: false).Power(signal).equal(new Stft(64, 16, atStart).Power(signal)).all().item<bool>());
    }

    [Fact]
    public void PaddingMirrorsWithoutTheEdge()
    {
        using var scope = NewDisposeScope();
        float[] window = Window.Create(WindowShape.Hann, 4);
        Tensor reflected = new Stft(4, 2, window).Transform(tensor(new float[] { 1, 2, 3, 4 }));
        Tensor byHand = new Stft(4, 2, window, StftPadding.None).Transform(tensor(new float[] { 3, 2, 1, 2, 3, 4, 3, 2 }));
        Assert.True(reflected.allclose(byHand));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    public void TooShortNamesWhatIsNeeded(int length)
    {
        var error = Assert.Throws<ArgumentException>(() => new Stft(64, 16).Power(zeros(length)));
        Assert.Contains($"{length} samples", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AWindowBeyondTheFftIsRefused() => Assert.Throws<ArgumentException>(() => new Stft(64, 16, new float[65]));

    [Fact]
    public void PiecesOfTheInverseAreTheWhole() => Gen.Select(Signals, Gen.Int[1, 20], Gen.Int[1, 80]).Sample((samples, piece, hop) =>
    {
        using var scope = NewDisposeScope();
        var stft = new Stft(64, hop, padding: StftPadding.None);
        Tensor spectrum = stft.Transform(tensor(samples));
        using var streaming = new StreamingInverseStft(stft);
        var pieces = new List<Tensor>();
        for (long start = 0; start < spectrum.shape[0]; start += piece)
            pieces.Add(streaming.Push(spectrum.narrow(0, start, Math.Min(piece, spectrum.shape[0] - start))));
        pieces.Add(streaming.Flush()!);
        Tensor whole = stft.OverlapAdd(spectrum), joined = cat(pieces);
        AssertNear(whole.data<float>().ToArray(), joined.data<float>().ToArray(), 1e-4f);
        // With a hop beyond the FFT the last piece ends with its gap.
        Assert.Equal(Math.Max(whole.shape[0], spectrum.shape[0] * hop), joined.shape[0]);
        Assert.Null(streaming.Flush());
    }, iter: 40);

    private static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        Assert.True(actual.Length >= expected.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance);
    }
}
