using Timbre.Models.Kokoro;
using Xunit;

namespace Timbre.Tests.Models.Kokoro;

public class KokoroWeightsTests
{
    [Theory]
    [InlineData("predictor.lstm.Wx_forward", "predictor.lstm.weight_ih_l0", false)]
    [InlineData("predictor.shared.Wh_backward", "predictor.shared.weight_hh_l0_reverse", false)]
    [InlineData("text_encoder.lstm.bias_ih_forward", "text_encoder.lstm.bias_ih_l0", false)]
    [InlineData("text_encoder.lstm.bias_hh_backward", "text_encoder.lstm.bias_hh_l0_reverse", false)]
    [InlineData("decoder.generator.ups.0.weight_v", "decoder.generator.ups.0.weight_v", true)]
    [InlineData("decoder.generator.noise_convs.1.weight", "decoder.generator.noise_convs.1.weight", true)]
    [InlineData("predictor.F0_proj.weight", "predictor.F0_proj.weight", true)]
    [InlineData("text_encoder.cnn.0.1.weight", "text_encoder.cnn.0.1.weight", false)]
    [InlineData("decoder.generator.ups.0.weight_g", "decoder.generator.ups.0.weight_g", false)]
    [InlineData("bert_encoder.weight", "bert_encoder.weight", false)]
    public void MlxNamesBecomeTheOriginals(string name, string expected, bool turned)
    {
        (string? actual, int[]? axes) = KokoroWeights.Mlx.Map.Apply(name);
        Assert.Equal(expected, actual);
        Assert.Equal(turned ? [0, 2, 1] : null, axes);
    }

    [Theory]
    [InlineData("module.bert_encoder.weight", "bert_encoder.weight")]
    [InlineData("decoder.module.encode.conv1.weight_v", "decoder.encode.conv1.weight_v")]
    [InlineData("text_encoder.cnn.2.1.gamma", "text_encoder.cnn.2.1.weight")]
    [InlineData("text_encoder.module.cnn.2.1.beta", "text_encoder.cnn.2.1.bias")]
    [InlineData("predictor.lstm.weight_ih_l0", "predictor.lstm.weight_ih_l0")]
    public void OriginalNamesLoseTheirPrefix(string name, string expected)
    {
        (string? actual, int[]? axes) = KokoroWeights.Torch.Map.Apply(name);
        Assert.Equal(expected, actual);
        Assert.Null(axes);
    }
}
