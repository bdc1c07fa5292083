namespace Timbre.Conversion;

/// <summary>What a conversion does with a tensor, or with the three tensors of a packed layer.</summary>
internal enum LayerAction
{
    /// <summary>Writes it as it is, in another type where one is wanted.</summary>
    Cast,

    /// <summary>Packs floats.</summary>
    Pack,

    /// <summary>Leaves packed words as they are.</summary>
    Keep,

    /// <summary>Makes floats of packed words.</summary>
    Unpack,

    /// <summary>Makes floats of packed words, and packs them in another format.</summary>
    Repack,
}
