using System.Collections.Concurrent;
using System.Numerics;

namespace Timbre.Audio;

/// <summary>
/// Taps of the resampling filter, a phase at a time: a sinc of 64 zero crossings a side under a Kaiser window
/// (the "best" filter of resampy; J. O. Smith, "Digital Audio Resampling"), cut off a little below the lower Nyquist frequency.
/// </summary>
internal sealed class PolyphaseFilter
{
    private const int ZeroCrossings = 64;
    private const double KaiserBeta = 14.769656459379492;
    private const double RollOff = 0.9475937167399596;

    /// <summary>
    /// Ratios of larger terms take their taps from the shared prototype by linear interpolation instead of a table of their own;
    /// at this resolution the error, (pi / resolution)^2 / 24, is below float32's.
    /// </summary>
    private const int PrototypeResolution = 4096;

    /// <summary>A window longer than this (a ratio of 8192) is refused rather than allocated.</summary>
    private const long MaximumTapsPerPhase = 1 << 20;

    private const int MaximumCachedFilters = 16;

    private static readonly ConcurrentDictionary<(int Up, int Down), PolyphaseFilter> Cache = new();
    private static readonly Lazy<float[]> Prototype = new(BuildPrototype);
    private static readonly double PeakBessel = BesselI0(KaiserBeta);

    private readonly float[]?[]? _phases;
    private readonly double _scale;
    private readonly int _widest;
    private readonly int _lead;

    private PolyphaseFilter(int up, int down)
    {
        Up = up;
        Down = down;
        _widest = Math.Max(up, down);
        var half = ZeroCrossings * (long)_widest;
        _lead = down - (int)(half % down);
        Delay = half + _lead;
        var taps = ((half + Delay) / up) + 1;
        if (taps > MaximumTapsPerPhase)
            throw new ArgumentException($"a sample rate ratio of {up}:{down} is too far apart to resample; at most 1:8192 is possible");

        TapCount = (int)taps;
        _phases = _widest <= PrototypeResolution ? new float[]?[up] : null;
        _scale = up / TapSum(Math.Min(_widest, 512)) / _widest;
    }

    /// <summary>Factor by which the input is upsampled before the filter.</summary>
    public int Up { get; }

    /// <summary>Factor by which the filtered signal is thinned out.</summary>
    public int Down { get; }

    /// <summary>
    /// Index of the middle tap, in upsampled samples. The filter begins with as many zeros as make this a multiple of
    /// <see cref="Down"/>, as scipy's resample_poly does; only a sample that is not a number lets one see them.
    /// </summary>
    public long Delay { get; }

    /// <summary>Taps a phase, zeros before and after the filter among them.</summary>
    public int TapCount { get; }

    /// <summary>The filter of a pair of rates, shared by all who resample between them.</summary>
    /// <exception cref="ArgumentException">A rate is not positive, or they are too far apart.</exception>
    public static PolyphaseFilter For(int fromRate, int toRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fromRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(toRate);
        var divisor = (int)BigInteger.GreatestCommonDivisor(fromRate, toRate);
        var ratio = (Up: toRate / divisor, Down: fromRate / divisor);
        if (Cache.TryGetValue(ratio, out var cached))
            return cached;

        var filter = new PolyphaseFilter(ratio.Up, ratio.Down);
        if (filter._phases is null)
            return filter;
        if (Cache.Count >= MaximumCachedFilters)
            Cache.Clear();
        return Cache.GetOrAdd(ratio, filter);
    }

    /// <summary>
    /// Taps of a phase in the order of the input samples that they weigh (the last one belongs to the newest sample).
    /// </summary>
    /// <param name="phase">0 to <see cref="Up"/> - 1.</param>
    /// <param name="scratch">Room for <see cref="TapCount"/> taps, used where the phase is not kept.</param>
    public ReadOnlySpan<float> Phase(int phase, Span<float> scratch)
    {
        if (_phases is null)
            return FillPhase(phase, scratch[..TapCount]);
        if (_phases[phase] is not { } taps)
        {
            taps = new float[TapCount];
            FillPhase(phase, taps);
            _phases[phase] = taps;
        }
        return taps;
    }

    private Span<float> FillPhase(int phase, Span<float> taps)
    {
        var prototype = _phases is null ? Prototype.Value : null;
        for (var i = 0; i < taps.Length; i++)
        {
            var crossing = Math.Abs((double)(phase + ((long)i * Up) - Delay) / _widest);
            var value = crossing > ZeroCrossings ? 0 : prototype is null ? Kernel(crossing) : Interpolate(prototype, crossing);
            taps[^(i + 1)] = (float)(_scale * value);
        }
        return taps;
    }

    private static double Interpolate(float[] prototype, double crossing)
    {
        var position = crossing * PrototypeResolution;
        var index = Math.Min((int)position, prototype.Length - 2);
        return prototype[index] + ((position - index) * (prototype[index + 1] - prototype[index]));
    }

    private static float[] BuildPrototype()
    {
        var prototype = new float[(ZeroCrossings * PrototypeResolution) + 1];
        for (var i = 0; i < prototype.Length; i++)
            prototype[i] = (float)Kernel((double)i / PrototypeResolution);
        return prototype;
    }

    /// <summary>Sum of the taps over the number of taps a zero crossing, by which they are scaled to a gain of one at 0 Hz.</summary>
    private static double TapSum(int tapsPerCrossing)
    {
        var half = ZeroCrossings * tapsPerCrossing;
        var sum = Kernel(0);
        for (var i = 1; i <= half; i++)
            sum += 2 * Kernel((double)i / tapsPerCrossing);
        return sum / tapsPerCrossing;
    }

    private static double Kernel(double crossing)
    {
        var angle = Math.PI * RollOff * crossing;
        var sinc = angle == 0 ? 1 : Math.Sin(angle) / angle;
        var edge = crossing / ZeroCrossings;
        return RollOff * sinc * BesselI0(KaiserBeta * Math.Sqrt(Math.Max(0, 1 - (edge * edge)))) / PeakBessel;
    }

    /// <summary>Modified Bessel function of the first kind and order 0, by its power series.</summary>
    private static double BesselI0(double x)
    {
        double term = 1, sum = 1;
        for (var k = 1; term > sum * 1e-17; k++)
        {
            var factor = x / (2 * k);
            term *= factor * factor;
            sum += term;
        }
        return sum;
    }
}
