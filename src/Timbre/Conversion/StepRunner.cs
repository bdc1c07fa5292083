using System.Runtime.InteropServices;
using Timbre.Loading.Weights;
using Timbre.Nn.Quantization;
using static TorchSharp.torch;

namespace Timbre.Conversion;

/// <summary>Carries out the steps of a plan: reads one tensor, converts it in blocks of rows, writes each block. Nothing is kept.</summary>
/// <param name="writer">Where the results go.</param>
/// <param name="cancellationToken">Is looked at between blocks.</param>
internal sealed class StepRunner(ShardWriter writer, CancellationToken cancellationToken)
{
    /// <summary>Values of a block: what is in memory beside the source's tensor stays at a few times this.</summary>
    private const long BlockValues = 1 << 23;

    /// <summary>Carries out one step.</summary>
    public void Run(ConversionStep step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        switch (step.Action)
        {
            case LayerAction.Keep:
                Keep(step);
                break;
            case LayerAction.Cast or LayerAction.Pack:
                RunFloats(step);
                break;
            default:
                RunPacked(step);
                break;
        }
    }

    private void Keep(ConversionStep step)
    {
        StoredTensor?[] tensors = [step.Weight, step.Scales, step.Biases];
        foreach ((StoredTensor? tensor, PlannedTensor output) in tensors.Where(tensor => tensor is not null).Zip(step.Outputs))
        {
            using Tensor values = tensor!.Read();
            WriteBlocks(output, values.view(-1), block => block.to(output.Type.ScalarType));
        }
    }

    private void RunFloats(ConversionStep step)
    {
        using Tensor source = step.Computed is { } computed ? computed.Compute() : step.Weight!.Read();
        Tensor values = step.Axes is null ? source : source.permute([.. step.Axes.Select(axis => (long)axis)]).contiguous();
        if (step.Action == LayerAction.Cast)
            WriteBlocks(step.Outputs[0], values.view(-1), block => Cast(block, step));
        else
            ForEachBlock(Rows(values), (rows, first) => WritePacked(step, Cast(rows, step), first));
    }

    private void RunPacked(ConversionStep step)
    {
        using Tensor words = step.Weight!.Read();
        using Tensor scales = step.Scales!.Read();
        using Tensor? biases = step.Biases?.Read();
        (Tensor wordRows, Tensor scaleRows, Tensor? biasRows) = (Rows(words), Rows(scales), biases is null ? null : Rows(biases));
        int columns = (int)(scaleRows.shape[1] * step.From!.GroupSize);
        // MLX decodes in the type of the scales; what comes out is what a quantized model computes with.
        ScalarType decoded = scales.is_floating_point() ? scales.dtype : step.Type!.Value;
        ForEachBlock(wordRows, (rows, first) =>
        {
            long count = rows.shape[0];
            QuantizedWeight packed = QuantizedWeight.Create(
                rows.contiguous(), scaleRows.narrow(0, first, count), biasRows?.narrow(0, first, count), step.From, columns, tensor =>
                    tensor.MoveToOuterDisposeScope());
            Tensor floats = packed.Dequantize(decoded).to(step.Type!.Value);
            if (step.To is null)
                Write(step.Outputs[0], first * columns, floats);
            else
                WritePacked(step, floats, first);
        }, columns);
    }

    private void WritePacked(ConversionStep step, Tensor rows, long first)
    {
        (int count, int columns) = ((int)rows.shape[0], (int)rows.shape[1]);
        using Tensor floats = rows.to(ScalarType.Float32).contiguous();
        var values = new float[(long)count * columns];
        MemoryMarshal.Cast<byte, float>(floats.bytes).CopyTo(values);
        QuantizedArray packed = Quantizer.Quantize(values, columns, step.To!, step.Type!.Value);
        writer.Write(step.Outputs[0].Name, first * BitPacking.RowBytes(columns, step.To!.Bits), packed.Packed);
        long group = first * (columns / step.To.GroupSize);
        WriteScales(step.Outputs[1], group, packed.Scales);
        if (step.Outputs.Count > 2)
            WriteScales(step.Outputs[2], group, packed.Biases);
    }

    private void WriteScales(PlannedTensor output, long position, float[] values)
    {
        using Tensor scales = tensor(values);
        Write(output, position, scales.to(output.Type.ScalarType));
    }

    private void WriteBlocks(PlannedTensor output, Tensor flat, Func<Tensor, Tensor> convert) =>
        ForEachBlock(flat, (block, first) => Write(output, first, convert(block)), 1);

    private void Write(PlannedTensor output, long position, Tensor values)
    {
        using Tensor dense = values.contiguous();
        writer.Write(output.Name, position * output.Type.Size, dense.bytes);
    }

    private static Tensor Cast(Tensor values, ConversionStep step)
    {
        if (step.Type is not { } type)
            return values;
        return (step.Via is { } via ? values.to(via) : values).to(type);
    }

    private void ForEachBlock(Tensor rows, Action<Tensor, long> run, long? width = null)
    {
        long count = rows.shape[0], step = Math.Max(1, BlockValues / Math.Max(1, width ?? rows.shape[1]));
        for (long first = 0; first < count; first += step)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            run(rows.narrow(0, first, Math.Min(step, count - first)), first);
        }
    }

    private static Tensor Rows(Tensor values) => values.view(-1, values.shape[^1]);
}
