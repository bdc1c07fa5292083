using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using static TorchSharp.torch;

namespace Timbre.Tests.Golden;

/// <summary>Packing, unpacking and products of every packed format.</summary>
internal sealed class QuantizationRunner : IGoldenRunner
{
    public string? Family => "quantization";

    public IEnumerable<string> Entries => ["quantize", "dequantize", "qmm"];

    public void Run(GoldenCase golden, GoldenCheck check) => check.ForEachSubCase((part, partCheck) =>
    {
        switch (part.Argument("op", ""))
        {
            case "quantize" when part.Args.TryGetProperty("error", out _):
                partCheck.Throws<ArgumentException>(() => QuantizeZeros(part));
                break;
            case "quantize":
                Quantize(part, partCheck);
                break;
            case "dequantize" or "from_fp8" or "to_fp8":
                Decode(part, partCheck);
                break;
            case "linear":
                RunLinear(part, partCheck);
                break;
            case "embedding":
                RunEmbedding(part, partCheck);
                break;
            case "qmm":
                using (Tensor weight = Weight(part, golden, part.Argument("weight", "")).Dequantize(ScalarType.Float32))
                    partCheck.Compare("out.y", part.Tensor("in.x").matmul(weight));
                break;
            case "gather_qmm":
                RunExperts(part, partCheck);
                break;
        }
    });

    private static void QuantizeZeros(GoldenCase part)
    {
        int[] shape = part.Argument<int[]>("shape", []);
        if (shape.Length < 2 || part.Argument("dtype", "float32") is not ("float32" or "float16" or "bfloat16"))
            throw new ArgumentException("only matrices of floats can be quantized");
        Quantizer.Quantize(new float[shape.Aggregate((a, b) => a * b)], shape[^1], Format(part), ScalarType.Float32);
    }

    private static void Quantize(GoldenCase part, GoldenCheck check)
    {
        GoldenTensor weight = part[part.Argument("w", "")];
        int rows = (int)weight.Shape[0], columns = (int)weight.Shape[1];
        QuantizationFormat format = Format(part);
        ScalarType type = TypeOf(part.Argument("dtype", "float32"));
        QuantizedArray packed = Quantizer.Quantize(weight.Floats, columns, format, type);
        long groups = columns / format.GroupSize;
        check.Compare("out.wq", Words(packed.Packed), rows, columns * format.Bits / 32);
        check.Compare("out.scales", packed.Scales, rows, groups);
        if (packed.Biases.Length > 0)
            check.Compare("out.biases", packed.Biases, rows, groups);

        Tensor scales = tensor(packed.Scales, [rows, groups]);
        if (format.Mode != QuantizationMode.Affine)
            scales = scales.to(ScalarType.Byte);
        Tensor? biases = packed.Biases.Length > 0 ? tensor(packed.Biases, [rows, groups]) : null;
        var quantized = QuantizedWeight.Create(Bytes(packed.Packed, rows), scales, biases, format, columns, Keep);
        Tensor dequantized = quantized.Dequantize(type);
        check.Compare("out.dequant", dequantized.to(ScalarType.Float32));
        Tensor input = part.Tensor(part.Argument("x", ""));
        check.Compare("out.qmm", type == ScalarType.Float32
            ? quantized.Multiply(input)
            : ProductSummedIn(type, input, dequantized, scales, format));
    }

    /// <summary>
    /// The product as MLX's CPU kernels make it in a half type: they also add up in that type, term by term; in the float modes each group's
    /// elements first, then times its scale. Timbre adds up in float32; the recorded sums can only be met by adding up as they were.
    /// </summary>
    private static Tensor ProductSummedIn(ScalarType type, Tensor input, Tensor weight, Tensor scales, QuantizationFormat format)
    {
        bool affine = format.Mode == QuantizationMode.Affine;
        long group = affine ? weight.shape[1] : format.GroupSize;
        float[] values = format.Mode == QuantizationMode.Nvfp4 ? MiniFloat.E4M3 : MiniFloat.E8M0;
        Tensor scale = affine ? ones(1, 1) : tensor(values).index_select(0, scales.to(ScalarType.Int64).view(-1)).view(scales.shape);
        Tensor elements = (weight.to(ScalarType.Float32).view(weight.shape[0], -1, group) / scale.unsqueeze(-1)).nan_to_num();
        // [..., rows, groups, group]
        Tensor products = input.to(type).view([.. input.shape[..^1], 1, -1, group]) * elements.to(type);
        Tensor sums = zeros(products.shape[..^1], dtype: type);
        for (long column = 0; column < group; column++)
            sums.add_(products.select(-1, column));
        sums.mul_(scale.to(type));
        Tensor total = zeros(sums.shape[..^1], dtype: type);
        for (long i = 0; i < sums.shape[^1]; i++)
            total.add_(sums.select(-1, i));
        return total.to(ScalarType.Float32);
    }

    private static void Decode(GoldenCase part, GoldenCheck check)
    {
        string name = part.Prefix.TrimEnd('.');
        switch (name)
        {
            case "e4m3":
                check.Compare("out.values", part.Ints("in.codes").Select(code => MiniFloat.E4M3[code]).ToArray());
                return;
            case "e8m0":
                check.Compare("out.values", part.Ints("in.codes").Select(code => MiniFloat.E8M0[code]).ToArray());
                return;
            case "to_e4m3":
                check.Compare("out.codes", part.Floats("in.x").Select(value => (int)MiniFloat.EncodeE4M3(value)).ToArray());
                return;
        }
        GoldenTensor words = part["in.wq"];
        QuantizationFormat format = Format(part);
        int columns = (int)words.Shape[1] * 32 / format.Bits, rows = (int)words.Shape[0];
        long[] groups = [rows, columns / format.GroupSize];
        bool affine = format.Mode == QuantizationMode.Affine;
        Tensor scales = part.Has("in.scales") ? part.Tensor("in.scales") : full(groups, part.Argument("scale", 1.0));
        Tensor? biases = affine ? full(groups, part.Argument("bias", 0.0)) : null;
        Tensor values = QuantizedWeight.Create(Words(words), scales, biases, format, columns, Keep).Dequantize(ScalarType.Float32);
        check.Compare("out.values", values);
        check.Compare("out.codes", values.view(-1));
    }

    private static void RunLinear(GoldenCase part, GoldenCheck check)
    {
        QuantizedWeight weight = Weight(part, part, "");
        Tensor input = part.Tensor("in.x"), bias = part.Tensor("in.bias");
        check.Compare("out.y", weight.Multiply(input) + bias);
        // Affine scales are float32 and lift the product to float32; the float modes leave it in the input's type.
        Tensor half = input.to(ScalarType.BFloat16);
        QuantizationFormat format = Format(part);
        check.Compare("out.y_bf16", bias + (format.Mode == QuantizationMode.Affine
            ? weight.Multiply(half.to(ScalarType.Float32))
            : ProductSummedIn(ScalarType.BFloat16, half, weight.Dequantize(ScalarType.Float32), part.Tensor("in.scales"), format)));
    }

    private static void RunEmbedding(GoldenCase part, GoldenCheck check)
    {
        string layer = part.Argument("weight", "");
        QuantizedWeight weight = Weight(part, part, layer);
        check.Compare("out.y", weight.Rows(part.Tensor("in.ids"), TypeOf(part.Argument("output_dtype", "float32"))));
        check.Compare("out.as_linear", weight.Multiply(part.Tensor($"{layer}.in.x")));
    }

    private static void RunExperts(GoldenCase part, GoldenCheck check)
    {
        GoldenTensor words = part["in.weight"];
        Tensor scales = part.Tensor("in.scales"), biases = part.Tensor("in.biases"), input = part.Tensor("in.x");
        Tensor all = Words(words);
        QuantizationFormat format = Format(part);
        int columns = (int)(scales.shape[2] * format.GroupSize);
        Tensor[] outputs = [.. part.Ints("in.expert").Select((expert, row) =>
            QuantizedWeight.Create(all[expert], scales[expert], biases[expert], format, columns, Keep).Multiply(input[row]))];
        check.Compare("out.y", stack(outputs));
    }

    private static QuantizedWeight Weight(GoldenCase part, GoldenCase golden, string layer)
    {
        string prefix = layer.Length == 0 ? "" : layer + ".";
        QuantizationFormat format = Format(part);
        Tensor scales = golden.Tensor($"{prefix}in.scales");
        Tensor? biases = golden.Has($"{prefix}in.biases") ? golden.Tensor($"{prefix}in.biases") : null;
        return QuantizedWeight.Create(
            Words(golden[$"{prefix}in.weight"]), scales, biases, format, (int)scales.shape[^1] * format.GroupSize, Keep);
    }

    private static QuantizationFormat Format(GoldenCase part) => QuantizationFormat.Create(
        part.Argument("mode", "affine"), part.Argument<int?>("bits", null), part.Argument<int?>("group_size", null));

    private static Tensor Keep(Tensor value) => value.MoveToOuterDisposeScope();

    private static Tensor Words(GoldenTensor words) =>
        tensor(Array.ConvertAll(words.Values, value => (int)(uint)value), words.Shape);

    private static double[] Words(byte[] packed)
    {
        var words = new double[packed.Length / 4];
        for (int i = 0; i < words.Length; i++)
            words[i] = BitConverter.ToUInt32(packed, i * 4);
        return words;
    }

    private static Tensor Bytes(byte[] packed, int rows) => tensor(packed, [rows, packed.Length / rows]);

    private static ScalarType TypeOf(string name) => name switch
    {
        "float16" => ScalarType.Float16,
        "bfloat16" => ScalarType.BFloat16,
        _ => ScalarType.Float32,
    };
}
