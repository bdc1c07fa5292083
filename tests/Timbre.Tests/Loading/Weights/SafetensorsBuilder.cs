using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Timbre.Tests.Loading.Weights;

/// <summary>Writes safetensors files for tests, whole ones and broken ones.</summary>
internal sealed class SafetensorsBuilder
{
    private readonly JsonObject _header = [];
    private readonly MemoryStream _data = new();

    public SafetensorsBuilder Add(string name, string type, long[] shape, byte[] bytes)
    {
        _header[name] = Entry(type, shape, _data.Length, _data.Length + bytes.Length);
        _data.Write(bytes);
        return this;
    }

    public SafetensorsBuilder AddFloats(string name, long[] shape, params float[] values)
    {
        var bytes = new byte[values.Length * 4];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return Add(name, "F32", shape, bytes);
    }

    /// <summary>An entry whose numbers need not be true.</summary>
    public SafetensorsBuilder AddClaim(string name, string type, long[] shape, long start, long end)
    {
        _header[name] = Entry(type, shape, start, end);
        return this;
    }

    public byte[] Build() => Join(_header.ToJsonString(), _data.ToArray());

    public string Write(string folder, string name = "model.safetensors")
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, Build());
        return path;
    }

    public static byte[] Join(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }

    private static JsonObject Entry(string type, long[] shape, long start, long end) => new()
    {
        ["dtype"] = type,
        ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode)size)]),
        ["data_offsets"] = new JsonArray(start, end),
    };
}
