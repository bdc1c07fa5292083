using System.Text;
using System.Text.RegularExpressions;
using Timbre.Audio.Dsp;
using Timbre.Loading;
using Timbre.Loading.Weights;
using Timbre.Models.Whisper;
using Timbre.Nn.Quantization;
using Timbre.Text.Tokenizers;
using static TorchSharp.torch;

namespace Timbre.Benchmarks.Peers;

/// <summary>
/// Writes a Whisper checkpoint in the ggml format that whisper.cpp reads (float16, as its own converter writes it), so that both engines
/// run the same weights. Format: whisper.cpp, models/convert-pt-to-ggml.py.
/// </summary>
internal static partial class GgmlWriter
{
    private const int Magic = 0x67676d6c;
    private const int Float32 = 0, Float16 = 1;

    /// <summary>Kept in float32 by whisper.cpp's converter although they are matrices.</summary>
    private static readonly string[] Float32Matrices =
        ["encoder.conv1.bias", "encoder.conv2.bias", "encoder.positional_embedding", "decoder.positional_embedding"];

    /// <summary>Converts a model folder.</summary>
    public static void Write(string folder, string target)
    {
        ModelFiles files = ModelFiles.Open(folder);
        WhisperConfig config = WhisperConfig.Read(files);
        using var checkpoint = Checkpoint.Open(files);
        CheckpointLayout layout = WhisperWeights.Find(checkpoint);
        using WeightStore store = checkpoint.Load(layout, QuantizationConfig.Read(files.Config.Root), CPU, ScalarType.Float32);
        using var output = new BinaryWriter(File.Create(target));
        WriteHeader(output, config);
        WriteMelFilters(output, config.MelBands);
        WriteVocabulary(output, folder, config);
        WriteTensors(output, checkpoint, layout, store, config);
    }

    private static void WriteHeader(BinaryWriter output, WhisperConfig config)
    {
        foreach (int value in (int[])
        [
            Magic, config.VocabularySize, config.AudioContext, config.Width, config.AudioHeads, config.AudioLayers, config.TextContext,
            config.Width, config.TextHeads, config.TextLayers, config.MelBands, Float16,
        ])
            output.Write(value);
    }

    private static void WriteMelFilters(BinaryWriter output, int mels)
    {
        MelFilterBank bank = MelFilterBank.Create(WhisperLogMel.SampleRate, MelFrameReader.FftSize, mels);
        output.Write(mels);
        output.Write(MelFrameReader.FftSize / 2 + 1);
        foreach (float weight in bank.Weights)
            output.Write(weight);
    }

    private static void WriteVocabulary(BinaryWriter output, string folder, WhisperConfig config)
    {
        ByteLevelTokenizer vocabulary = WhisperVocabularies.Load(folder, config.VocabularySize);
        int count = new WhisperTokenizer(vocabulary, config.VocabularySize).EndOfText;
        output.Write(count);
        for (int id = 0; id < count; id++)
        {
            ReadOnlySpan<byte> token = vocabulary.GetBytes(id);
            output.Write(token.Length);
            output.Write(token);
        }
    }

    private static void WriteTensors(BinaryWriter output, Checkpoint checkpoint, CheckpointLayout layout, WeightStore store, WhisperConfig config)
    {
        foreach (string name in checkpoint.Names.Select(name => layout.Map.Apply(name).Name).OfType<string>())
        {
            if (name.EndsWith(".scales", StringComparison.Ordinal) || name.EndsWith(".biases", StringComparison.Ordinal) || name == "encoder.positional_embedding")
                continue;
            using var scope = NewDisposeScope();
            WriteTensor(output, PublishedName(name), Read(store, name));
        }
        using var positions = NewDisposeScope();
        WriteTensor(output, "encoder.positional_embedding", WhisperEncoder.Sinusoids(config.AudioContext, config.Width));
    }

    private static Tensor Read(WeightStore store, string name)
    {
        int dot = name.LastIndexOf('.');
        WeightReader reader = new(store, name[..dot]);
        if (name.EndsWith(".weight", StringComparison.Ordinal) && reader.Has("scales"))
        {
            long rows = reader.ShapeOf("weight")[0];
            long columns = reader.ShapeOf("scales")[1] * reader.Quantization()!.GroupSize;
            return QuantizedWeight.TryLoad(reader, (int)rows, (int)columns)!.Dequantize(ScalarType.Float32);
        }
        return store.ReadRaw(name).to(ScalarType.Float32);
    }

    private static void WriteTensor(BinaryWriter output, string name, Tensor tensor)
    {
        if (ConvolutionBias().IsMatch(name))
            tensor = tensor.unsqueeze(-1);
        bool half = tensor.shape.Length > 1 && !Float32Matrices.Contains(name);
        byte[] nameBytes = Encoding.ASCII.GetBytes(name);
        output.Write(tensor.shape.Length);
        output.Write(nameBytes.Length);
        output.Write(half ? Float16 : Float32);
        foreach (long size in tensor.shape.Reverse())
            output.Write((int)size);
        output.Write(nameBytes);
        output.Write(tensor.to(half ? ScalarType.Float16 : ScalarType.Float32).contiguous().bytes);
    }

    /// <summary>The original's name: the two layers of a block's feed-forward network are <c>mlp.0</c> and <c>mlp.2</c>.</summary>
    private static string PublishedName(string name) =>
        FeedForward().Replace(name, match => match.Groups[1].Value == "1" ? ".mlp.0." : ".mlp.2.");

    [GeneratedRegex(@"\.mlp([12])\.")]
    private static partial Regex FeedForward();

    [GeneratedRegex(@"^encoder\.conv[12]\.bias$")]
    private static partial Regex ConvolutionBias();
}
