namespace Timbre.Audio.Dsp;

/// <summary>A recursive filter in direct form II transposed, in float64. It keeps its state: one filter serves one channel.</summary>
internal sealed class IirFilter
{
    private readonly double[] _forward, _backward, _state;

    /// <summary>Takes the coefficients of the numerator and the denominator; both are divided by the denominator's first one.</summary>
    public IirFilter(ReadOnlySpan<double> forward, ReadOnlySpan<double> backward)
    {
        if (backward.IsEmpty || backward[0] == 0)
            throw new ArgumentException("The denominator's first coefficient is missing or zero.", nameof(backward));
        int length = Math.Max(Math.Max(forward.Length, backward.Length), 2);
        (_forward, _backward, _state) = (new double[length], new double[length], new double[length]);
        for (int i = 0; i < forward.Length; i++)
            _forward[i] = forward[i] / backward[0];
        for (int i = 0; i < backward.Length; i++)
            _backward[i] = backward[i] / backward[0];
    }

    /// <summary>The next sample.</summary>
    public double Next(double sample)
    {
        double result = _forward[0] * sample + _state[0];
        for (int i = 1; i < _state.Length; i++)
            _state[i - 1] = _forward[i] * sample - _backward[i] * result + _state[i];
        return result;
    }
}
