namespace Timbre.Text.Tokenizers;

/// <summary>The bytes of every token id, in one buffer.</summary>
internal sealed class TokenTable
{
    /// <summary>Larger ids than any vocabulary has; a file that names one is broken.</summary>
    public const int MaxId = (1 << 22) - 1;

    private byte[] _bytes = new byte[1 << 19];
    private (int Start, int Length)[] _spans = new (int, int)[1 << 16];
    private int _used;

    /// <summary>One more than the largest id.</summary>
    public int Count { get; private set; }

    /// <summary>Room for a token of <paramref name="length"/> bytes, for the caller to fill.</summary>
    public Span<byte> Add(int id, int length)
    {
        if (id is < 0 or > MaxId)
            throw new ModelNotSupportedException($"tokenizer: the token id {id} is outside 0 to {MaxId}; the file is broken.");
        if (id >= _spans.Length)
            Array.Resize(ref _spans, Math.Max(id + 1, 2 * _spans.Length));
        if (_used + length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_used + length, 2 * _bytes.Length));
        _spans[id] = (_used, length);
        Count = Math.Max(Count, id + 1);
        _used += length;
        return _bytes.AsSpan(_used - length, length);
    }

    /// <summary>What an id stands for: nothing where no token has it.</summary>
    public ReadOnlySpan<byte> this[int id] =>
        (uint)id < (uint)Count ? _bytes.AsSpan(_spans[id].Start, _spans[id].Length) : [];
}
