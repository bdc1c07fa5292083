namespace Timbre.Nn.Quantization;

/// <summary>Rounds to a weight's own type; one struct a type, so that each gets compiled code of its own.</summary>
internal interface IRounding
{
    /// <summary>The nearest value of the type, ties to even.</summary>
    static abstract float Round(float value);
}

/// <summary>float32: every value is its own.</summary>
internal readonly struct Float32Rounding : IRounding
{
    public static float Round(float value) => value;
}

/// <summary>IEEE half precision.</summary>
internal readonly struct Float16Rounding : IRounding
{
    public static float Round(float value) => (float)(Half)value;
}

/// <summary>The upper half of a float32.</summary>
internal readonly struct BFloat16Rounding : IRounding
{
    public static float Round(float value)
    {
        if (!float.IsFinite(value))
            return value;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle(bits + 0x7FFF + (bits >> 16 & 1) & 0xFFFF0000);
    }
}
