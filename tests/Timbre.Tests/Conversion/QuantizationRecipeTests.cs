using Timbre.Conversion;
using Timbre.Loading.Weights;
using Xunit;

namespace Timbre.Tests.Conversion;

public class QuantizationRecipeTests
{
    private static readonly QuantizationFormat Format = QuantizationFormat.Create(groupSize: 32);

    [Theory]
    // As mlx-lm gives them: the first eighth, the last eighth, and every third between.
    [InlineData(8, new[] { 0, 3, 6, 7 })]
    [InlineData(4, new[] { 2, 3 })]
    [InlineData(16, new[] { 0, 1, 4, 7, 10, 13, 14, 15 })]
    [InlineData(28, new[] { 0, 1, 2, 5, 8, 11, 14, 17, 20, 23, 24, 25, 26, 27 })]
    public void SensitiveLayersGetTheHighBits(int layers, int[] sensitive)
    {
        var recipe = QuantizationRecipe.Create("mixed_2_6", Format, Paths(layers));
        Assert.Equal(sensitive, Enumerable.Range(0, layers).Where(layer => recipe.For($"model.layers.{layer}.mlp.down_proj").Bits == 6));
        Assert.Equal(sensitive, Enumerable.Range(0, layers).Where(layer => recipe.For($"model.layers.{layer}.self_attn.v_proj").Bits == 6));
        Assert.All(Enumerable.Range(0, layers), layer => Assert.Equal(2, recipe.For($"model.layers.{layer}.self_attn.q_proj").Bits));
        Assert.Equal(6, recipe.For("lm_head").Bits);
        Assert.Equal(2, recipe.For("model.embed_tokens").Bits);
        Assert.All(Paths(layers), path => Assert.Equal(32, recipe.For(path).GroupSize));
    }

    [Fact]
    public void ANeighbouringTowerDoesNotDisturb()
    {
        var recipe = QuantizationRecipe.Create("mixed_3_4", Format, ["tower.x", "audio.blocks.20.v_proj", .. Paths(8)]);
        Assert.Equal(4, recipe.For("model.layers.7.mlp.down_proj").Bits);
        Assert.Equal(3, recipe.For("model.layers.4.mlp.down_proj").Bits);
    }

    [Theory]
    [InlineData("mixed_9_9", "affine", "unknown")]
    [InlineData("mixed_4_6", "mxfp4", "mxfp4")]
    public void WhatIsNoRecipeIsRefused(string name, string mode, string part) => Assert.Contains(part,
        Assert.Throws<ArgumentException>(() => QuantizationRecipe.Create(name, QuantizationFormat.Create(mode), Paths(4))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("encoder.blocks.0.mlp1")]
    [InlineData("mlp.down_proj")]
    public void AModelWithoutNumberedDownProjectionsIsRefused(string path) =>
        Assert.Throws<ArgumentException>(() => QuantizationRecipe.Create("mixed_4_6", Format, [path]));

    private static IEnumerable<string> Paths(int layers) =>
    [
        "model.embed_tokens",
        .. Enumerable.Range(0, layers).SelectMany(layer => new[] { $"model.layers.{layer}.self_attn.v_proj",
            $"model.layers.{layer}.mlp.down_proj" }),
        "lm_head",
    ];
}
