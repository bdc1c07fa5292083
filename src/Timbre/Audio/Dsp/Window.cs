namespace Timbre.Audio.Dsp;

/// <summary>Window functions, computed in float64.</summary>
internal static class Window
{
    /// <summary>The window's values.</summary>
    /// <param name="shape">Its form.</param>
    /// <param name="length">How many values.</param>
    /// <param name="periodic">
    /// True for spectra (the window repeats after <paramref name="length"/> values), false for the symmetric form of filter design.
    /// </param>
    public static float[] Create(WindowShape shape, int length, bool periodic = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var window = new float[length];
        // A symmetric window of one value has no width: it is its peak.
        int period = periodic ? length : length - 1;
        for (int i = 0; i < length; i++)
            window[i] = (float)(period == 0 ? 1 : Value(shape, (double)i / period));
        return window;
    }

    /// <summary>The form of that name, in any case; <c>hann</c> and <c>hanning</c> are the same.</summary>
    /// <exception cref="ArgumentException">There is no such window.</exception>
    public static WindowShape Parse(string name)
    {
        if (name.Equals("hanning", StringComparison.OrdinalIgnoreCase))
            return WindowShape.Hann;
        // A number would parse as well.
        return Enum.TryParse(name, ignoreCase: true, out WindowShape shape) && char.IsLetter(name[0])
            ? shape
            : throw new ArgumentException($"There is no window '{name}'; known are {string.Join(", ", Enum.GetNames<WindowShape>())}.", nameof(name));
    }

    private static double Value(WindowShape shape, double position)
    {
        double cosine = Math.Cos(2 * Math.PI * position);
        return shape switch
        {
            WindowShape.Hann => 0.5 - 0.5 * cosine,
            WindowShape.Hamming => 0.54 - 0.46 * cosine,
            WindowShape.Blackman => 0.42 - 0.5 * cosine + 0.08 * Math.Cos(4 * Math.PI * position),
            WindowShape.Bartlett => 1 - Math.Abs(2 * position - 1),
            WindowShape.Povey => Math.Pow(0.5 - 0.5 * cosine, 0.85),
            _ => 1,
        };
    }
}
