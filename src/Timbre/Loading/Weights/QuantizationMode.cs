namespace Timbre.Loading.Weights;

/// <summary>MLX's families of packed formats.</summary>
internal enum QuantizationMode
{
    /// <summary>Integer codes with a scale and a bias for each group.</summary>
    Affine,

    /// <summary>e2m1 elements with a power-of-two scale (OCP MX).</summary>
    Mxfp4,

    /// <summary>e4m3 elements with a power-of-two scale (OCP MX).</summary>
    Mxfp8,

    /// <summary>e2m1 elements with an e4m3 scale.</summary>
    Nvfp4,
}
