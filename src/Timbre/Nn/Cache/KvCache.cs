using static TorchSharp.torch;

namespace Timbre.Nn.Cache;

/// <summary>
/// Keys and values of the tokens so far, for every layer and every sequence that is decoded in parallel, in tensors allocated once.
/// </summary>
internal sealed class KvCache : IDisposable
{
    // Each [rows, heads, capacity, head size].
    private readonly Tensor[] _keys;
    private readonly Tensor[] _values;

    /// <summary>Allocates room for <paramref name="capacity"/> tokens of <paramref name="rows"/> sequences.</summary>
    public KvCache(int layers, int rows, int heads, int capacity, int headSize, ScalarType type, Device device)
    {
        Tensor[] Allocate() => [.. Enumerable.Range(0, layers).Select(_ =>
            empty([rows, heads, capacity, headSize], type, device).DetachFromDisposeScope())];
        (_keys, _values) = (Allocate(), Allocate());
    }

    /// <summary>Sequences that are being decoded.</summary>
    public int Rows { get; private set; } = 1;

    /// <summary>Tokens that every layer holds.</summary>
    public int Length { get; private set; }

    /// <summary>Forgets everything; decoding begins again with one sequence.</summary>
    public void Reset() => (Rows, Length) = (1, 0);

    /// <summary>
    /// Appends <c>[rows, heads, T, head size]</c> to a layer; gives all that it holds, as views. <see cref="Advance"/> follows
    /// when every layer has been through.
    /// </summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        long count = keys.shape[2];
        return (Append(_keys[layer], keys, count), Append(_values[layer], values, count));
    }

    /// <summary>Counts tokens that every layer has appended.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Goes on with these of the sequences, in this order; one may be taken more than once.</summary>
    public void Select(ReadOnlySpan<int> rows)
    {
        bool same = rows.Length == Rows;
        var indices = new long[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            indices[row] = rows[row];
            same &= rows[row] == row;
        }
        if (same)
            return;
        using var scope = NewDisposeScope();
        Tensor index = tensor(indices, device: _keys[0].device);
        foreach (Tensor buffer in _keys.Concat(_values))
        {
            Tensor held = buffer.narrow(2, 0, Length);
            held.narrow(0, 0, rows.Length).copy_(held.narrow(0, 0, Rows).index_select(0, index));
        }
        Rows = rows.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor buffer in _keys.Concat(_values))
            buffer.Dispose();
    }

    private Tensor Append(Tensor buffer, Tensor added, long count)
    {
        using Tensor rows = buffer.narrow(0, 0, Rows);
        using (Tensor place = rows.narrow(2, Length, count))
            place.copy_(added);
        return rows.narrow(2, 0, Length + count);
    }
}
