namespace Timbre.Nn.Quantization;

/// <summary>The small float formats of the OCP Microscaling specification 1.0 that MLX packs weights in.</summary>
internal static class MiniFloat
{
    private const float E4M3Largest = 448;
    private const float E4M3SmallestStep = 1f / 512;

    private static readonly float[] E2M1Magnitudes = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];

    /// <summary>Values of the sixteen e2m1 codes: sign, two bits of exponent, one of mantissa.</summary>
    public static float[] E2M1 { get; } = [.. E2M1Magnitudes, .. E2M1Magnitudes.Select(value => -value)];

    /// <summary>Values of the 256 e4m3 codes; 0x7F and 0xFF are NaN, there is no infinity.</summary>
    public static float[] E4M3 { get; } = [.. Enumerable.Range(0, 256).Select(DecodeE4M3)];

    /// <summary>Values of the 256 e8m0 codes: powers of two, 0xFF is NaN in the standard and 2¹²⁸ = ∞ in MLX.</summary>
    public static float[] E8M0 { get; } = [.. Enumerable.Range(0, 256).Select(code => (float)Math.Pow(2, code - 127))];

    /// <summary>The nearest e2m1 code; on a tie the smaller magnitude, and never negative zero.</summary>
    public static byte EncodeE2M1(float value)
    {
        float magnitude = Math.Abs(value);
        int code = 0;
        while (code < 7 && magnitude > (E2M1Magnitudes[code] + E2M1Magnitudes[code + 1]) / 2)
            code++;
        return (byte)(value < 0 && code > 0 ? code + 8 : code);
    }

    /// <summary>The nearest e4m3 code, ties to even, saturating at 448.</summary>
    public static byte EncodeE4M3(float value)
    {
        int sign = float.IsNegative(value) ? 0x80 : 0;
        float magnitude = Math.Abs(value);
        if (!(magnitude < E4M3Largest))
            return (byte)(sign | 0x7E);
        int exponent = Math.Max(magnitude == 0 ? -6 : Math.ILogB(magnitude), -6);
        int steps = (int)MathF.Round(MathF.ScaleB(magnitude, 3 - exponent), MidpointRounding.ToEven);
        // A mantissa that rounds up to the next power of two carries into the exponent by itself.
        return (byte)(sign | (exponent + 6) * 8 + steps);
    }

    private static float DecodeE4M3(int code)
    {
        int exponent = code >> 3 & 15, mantissa = code & 7;
        float magnitude = (code & 0x7F) == 0x7F ? float.NaN
            : exponent == 0 ? mantissa * E4M3SmallestStep
            : MathF.ScaleB(8 + mantissa, exponent - 10);
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }
}
