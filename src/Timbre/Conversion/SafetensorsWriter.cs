using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Timbre.Conversion;

/// <summary>
/// Writes a safetensors file whose tensors are known beforehand: the header first, then the bytes of each tensor in any order and in
/// pieces, so that no tensor has to be in memory whole. Format: https://github.com/huggingface/safetensors#format.
/// </summary>
internal sealed class SafetensorsWriter : IDisposable
{
    /// <summary>The reference implementation aligns the data so and refuses larger headers.</summary>
    private const int Alignment = 8, MaxHeaderLength = 100_000_000;

    private readonly SafeFileHandle _handle;
    private readonly string _name;
    private readonly Dictionary<string, (PlannedTensor Tensor, long Offset)> _tensors = [];
    private long _left;

    /// <summary>Creates the file and writes its header.</summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="tensors">All tensors, in the order of the header.</param>
    /// <param name="metadata">The header's <c>__metadata__</c>.</param>
    /// <exception cref="WeightException">Two tensors have one name, or the header grows too long.</exception>
    public SafetensorsWriter(string path, IReadOnlyList<PlannedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        _name = Path.GetFileName(path);
        long offset = 0;
        // As the reference implementation does: wide elements first, so that every tensor lies aligned.
        foreach (PlannedTensor tensor in tensors.OrderByDescending(tensor => tensor.Type.Size))
        {
            if (tensor.Name == "__metadata__" || !_tensors.TryAdd(tensor.Name, (tensor, offset)))
                throw new WeightException($"{_name}: two tensors would be called '{tensor.Name}'.");
            offset = checked(offset + tensor.Length);
        }
        byte[] header = Header(tensors, metadata);
        _left = offset;
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.None, header.Length + offset);
        RandomAccess.Write(_handle, header, 0);
        foreach (string name in _tensors.Keys)
            _tensors[name] = (_tensors[name].Tensor, _tensors[name].Offset + header.Length);
    }

    /// <summary>Whether every byte of every tensor has been written.</summary>
    public bool IsComplete => _left == 0;

    /// <summary>Writes bytes of a tensor.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="position">Where in the tensor they belong.</param>
    /// <param name="bytes">Little-endian elements, row by row.</param>
    public void Write(string name, long position, ReadOnlySpan<byte> bytes)
    {
        (PlannedTensor tensor, long offset) = _tensors[name];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + bytes.Length, tensor.Length);
        RandomAccess.Write(_handle, bytes, offset + position);
        _left -= bytes.Length;
    }

    /// <summary>Brings the file to the disk.</summary>
    /// <exception cref="InvalidOperationException">Bytes are missing.</exception>
    public void Complete()
    {
        if (!IsComplete)
            throw new InvalidOperationException($"{_name}: {_left} bytes were not written.");
        RandomAccess.FlushToDisk(_handle);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private byte[] Header(IReadOnlyList<PlannedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        stream.SetLength(8);
        stream.Position = 8;
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach ((string key, string value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            foreach (PlannedTensor tensor in tensors)
                WriteEntry(json, tensor, _tensors[tensor.Name].Offset);
            json.WriteEndObject();
        }
        while (stream.Length % Alignment != 0)
            stream.WriteByte((byte)' ');
        byte[] header = stream.ToArray();
        if (header.Length - 8 > MaxHeaderLength)
            throw new WeightException($"{_name}: a header of {header.Length} bytes is more than readers accept.");
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter json, PlannedTensor tensor, long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.Name);
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
