namespace Timbre.Loading;

/// <summary>The type that a model computes in.</summary>
public enum Precision
{
    /// <summary>What was measured to be best for the family on the device.</summary>
    Automatic,

    /// <summary>32-bit floats.</summary>
    Float32,

    /// <summary>16-bit floats with the range of 32-bit ones.</summary>
    BFloat16,

    /// <summary>IEEE 16-bit floats.</summary>
    Float16,
}
