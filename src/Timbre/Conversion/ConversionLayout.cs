namespace Timbre.Conversion;

/// <summary>The names and axes of a converted checkpoint.</summary>
public enum ConversionLayout
{
    /// <summary>Those of MLX, as mlx-community publishes.</summary>
    Mlx,

    /// <summary>Those of the original PyTorch model, as Hugging Face transformers reads them.</summary>
    Torch,
}
