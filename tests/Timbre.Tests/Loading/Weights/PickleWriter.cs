using System.Buffers.Binary;
using System.Text;

namespace Timbre.Tests.Loading.Weights;

/// <summary>Writes pickles in the opcodes that Python uses for protocol 2: arrays as tuples, lists, dictionaries, numbers and texts.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream _bytes = new();

    /// <summary>A class or function.</summary>
    public sealed record Named(string Module, string Name);

    /// <summary>A call of one.</summary>
    public sealed record Call(object Function, params object?[] Arguments);

    /// <summary>An object that is told its state.</summary>
    public sealed record Built(object Target, object? State);

    /// <summary>What stands outside of the pickle.</summary>
    public sealed record Persistent(object? Id);

    /// <summary>Opcodes as they are.</summary>
    public sealed record Raw(params byte[] Bytes);

    /// <summary>The pickle of a value.</summary>
    public static byte[] Dump(object? value)
    {
        var writer = new PickleWriter();
        writer._bytes.Write([0x80, 2]);
        writer.Write(value);
        writer.Put('.');
        return writer._bytes.ToArray();
    }

    private void Write(object? value)
    {
        switch (value)
        {
            case null:
                Put('N');
                break;
            case bool flag:
                _bytes.WriteByte((byte)(flag ? 0x88 : 0x89));
                break;
            case int number:
                Put('J');
                _bytes.Write(BitConverter.GetBytes(number));
                break;
            case long number:
                _bytes.Write([0x8a, 8, .. BitConverter.GetBytes(number)]);
                break;
            case double number:
                Put('G');
                _bytes.Write(BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(BitConverter.DoubleToInt64Bits(number))));
                break;
            case string text:
                byte[] utf8 = Encoding.UTF8.GetBytes(text);
                Put('X');
                _bytes.Write(BitConverter.GetBytes(utf8.Length));
                _bytes.Write(utf8);
                break;
            case Raw raw:
                _bytes.Write(raw.Bytes);
                break;
            case Named named:
                _bytes.Write(Encoding.UTF8.GetBytes($"c{named.Module}\n{named.Name}\n"));
                break;
            case Call call:
                Write(call.Function);
                Write(call.Arguments);
                Put('R');
                break;
            case Built built:
                Write(built.Target);
                Write(built.State);
                Put('b');
                break;
            case Persistent persistent:
                Write(persistent.Id);
                Put('Q');
                break;
            case object?[] tuple:
                Put('(');
                Array.ForEach(tuple, Write);
                Put('t');
                break;
            case List<object?> list:
                Put(']', '(');
                list.ForEach(Write);
                Put('e');
                break;
            case Dictionary<string, object?> dictionary:
                Put('}', '(');
                foreach ((string key, object? item) in dictionary)
                {
                    Write(key);
                    Write(item);
                }
                Put('u');
                break;
            default:
                throw new ArgumentException($"{value.GetType()} has no opcode here", nameof(value));
        }
    }

    private void Put(params char[] opcodes) => _bytes.Write([.. opcodes.Select(opcode => (byte)opcode)]);
}
