using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Timbre.Loading.Weights.Pickle;

/// <summary>
/// Reads a pickle without executing anything: its opcodes build lists (<see cref="List{T}"/>), tuples (arrays), dictionaries, numbers,
/// texts and the values of <see cref="PickleClasses"/>; a class or function that is not in those tables is refused by its name. Every
/// opcode takes at least a byte, so work and memory are bounded by the file, and by the number of opcodes besides. The graph that comes
/// out may be deep, shared or in circles: who walks it has to count. Opcodes: Python's <c>pickletools</c>; those that torch writes.
/// </summary>
internal ref struct PickleReader
{
    private const int MaxOpcodes = 1 << 23;
    private const int MaxMade = 1 << 26;
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _fileName;
    private readonly Func<object?, object?> _loadPersistent;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _at;
    private long _made;

    private PickleReader(ReadOnlySpan<byte> bytes, string fileName, Func<object?, object?> loadPersistent)
    {
        _bytes = bytes;
        (_fileName, _loadPersistent) = (fileName, loadPersistent);
    }

    /// <summary>Reads a pickle.</summary>
    /// <param name="bytes">It, and whatever follows.</param>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="loadPersistent">Gives the object that an id outside of the pickle means, or a <see cref="FormatException"/>.</param>
    /// <param name="length">Its bytes.</param>
    /// <exception cref="WeightException">It is broken, or asks for what is not allowed.</exception>
    public static object? Read(ReadOnlySpan<byte> bytes, string fileName, Func<object?, object?> loadPersistent, out int length)
    {
        var reader = new PickleReader(bytes, fileName, loadPersistent);
        try
        {
            object? value = reader.Run();
            length = reader._at;
            return value;
        }
        catch (Exception error) when (error is FormatException or DecoderFallbackException)
        {
            throw new WeightException($"{fileName}: its pickle cannot be read at byte {reader._at}: {error.Message}. "
                + "Download it again, or convert it to safetensors.", error);
        }
    }

    private object? Run()
    {
        for (int opcodes = 0; opcodes < MaxOpcodes; opcodes++)
        {
            byte opcode = Take(1)[0];
            if (opcode == '.')
                return Pop();
            if (!(ReadsPlainValue(opcode) || ReadsText(opcode) || ReadsContainer(opcode) || ReadsMemo(opcode) || ReadsObject(opcode)))
                throw new FormatException($"the opcode 0x{opcode:x2} is not read");
        }
        throw new FormatException($"it has more than {MaxOpcodes} opcodes");
    }

    private bool ReadsPlainValue(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                if (Take(1)[0] is > 5 and var protocol)
                    throw new FormatException($"the protocol {protocol} is unknown");
                return true;
            case 0x95: // FRAME
                Take(8);
                return true;
            case (byte)'N':
                return Push(null);
            case 0x88:
                return Push(true);
            case 0x89:
                return Push(false);
            case (byte)'J':
                return Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
            case (byte)'K':
                return Push((long)Take(1)[0]);
            case (byte)'M':
                return Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
            case 0x8a: // LONG1
                return Push(ToInteger(Take(Take(1)[0])));
            case (byte)'G':
                return Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
            default:
                return false;
        }
    }

    private bool ReadsText(byte opcode) => opcode switch
    {
        0x8c => Push(Utf8.GetString(Take(Take(1)[0]))),
        (byte)'X' => Push(Utf8.GetString(Take(U32()))),
        0x8d => Push(Utf8.GetString(Take(I64()))),
        // Texts of Python 2.
        (byte)'U' => Push(Encoding.Latin1.GetString(Take(Take(1)[0]))),
        (byte)'T' => Push(Encoding.Latin1.GetString(Take(U32()))),
        (byte)'C' => Push(Take(Take(1)[0]).ToArray()),
        (byte)'B' => Push(Take(U32()).ToArray()),
        0x8e or 0x96 => Push(Take(I64()).ToArray()),
        _ => false,
    };

    private bool ReadsContainer(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'(':
                _marks.Add(_stack.Count);
                return true;
            case (byte)')':
                return Push(Array.Empty<object?>());
            case 0x85 or 0x86 or 0x87: // TUPLE1, TUPLE2, TUPLE3
                return Push(PopMany(opcode - 0x84));
            case (byte)'t':
                return Push(PopToMark());
            case (byte)']' or 0x8f: // EMPTY_LIST, EMPTY_SET
                return Push(new List<object?>());
            case (byte)'l' or 0x91: // LIST, FROZENSET
                return Push(PopToMark().ToList());
            case (byte)'}':
                return Push(new PickleDictionary());
            case (byte)'d':
                object?[] pairs = PopToMark();
                Push(new PickleDictionary());
                return SetItems(pairs);
            case (byte)'a':
                return Append(PopMany(1));
            case (byte)'e' or 0x90: // APPENDS, ADDITEMS
                return Append(PopToMark());
            case (byte)'s':
                return SetItems(PopMany(2));
            case (byte)'u':
                return SetItems(PopToMark());
            default:
                return false;
        }
    }

    private bool ReadsMemo(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'q':
                return Remember(Take(1)[0]);
            case (byte)'r':
                return Remember((uint)U32());
            case 0x94: // MEMOIZE
                return Remember((uint)_memo.Count);
            case (byte)'h':
                return Recall(Take(1)[0]);
            case (byte)'j':
                return Recall((uint)U32());
            case (byte)'0':
                Pop();
                return true;
            case (byte)'1': // POP_MARK
                PopToMark();
                return true;
            case (byte)'2': // DUP
                return Push(Top());
            default:
                return false;
        }
    }

    private bool ReadsObject(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'c':
                return PushClass(ReadLine(), ReadLine());
            case 0x93: // STACK_GLOBAL
                return PopMany(2) is [string module, string name] ? PushClass(module, name)
                    : throw new FormatException("a class is named by something else than texts");
            case (byte)'R' or 0x81: // REDUCE, NEWOBJ
                return PopMany(2) is [PickleClass named, object?[] arguments] ? Push(Count(named.Create(named, arguments)))
                    : throw new FormatException("it calls something else than a class");
            case 0x92: // NEWOBJ_EX
                return PopMany(3) is [PickleClass kept, object?[] positional, PickleDictionary { Pairs: [] }]
                    ? Push(Count(kept.Create(kept, positional)))
                    : throw new FormatException("it calls a class with named arguments");
            case (byte)'b':
                return Build();
            case (byte)'Q':
                return Push(_loadPersistent(Pop()));
            default:
                return false;
        }
    }

    /// <summary>What is made of something else may copy it: a few bytes of the file could ask for that again and again.</summary>
    private object? Count(object? made)
    {
        _made += made switch
        {
            PickleDictionary dictionary => dictionary.Pairs.Count,
            byte[] bytes => bytes.Length,
            _ => 1,
        };
        return _made <= MaxMade ? made : throw new FormatException($"its calls make more than {MaxMade} elements");
    }

    /// <summary>Tells an object its state: kept where the object is kept, dropped where it is a container or a tensor.</summary>
    private bool Build()
    {
        object? state = Pop();
        switch (Top())
        {
            case PickleObject target:
                target.State = state;
                return true;
            case PickleDictionary or TorchTensor:
                return true;
            default:
                throw new FormatException("it gives a state to something that has none");
        }
    }

    private bool PushClass(string module, string name) => Push(PickleClasses.Find(module, name) ?? throw new WeightException(
        $"{_fileName}: asks for '{module}.{name}', which Timbre does not run: of a pickle it reads tensors and plain values only. "
        + "If you trust the file, convert it to safetensors with the program that wrote it; else do not open it with anything."));

    private bool Append(object?[] items)
    {
        List<object?> target = Top() switch
        {
            List<object?> list => list,
            PickleObject kept => kept.Elements,
            _ => throw new FormatException("it adds to something that is no list"),
        };
        target.AddRange(items);
        return true;
    }

    private bool SetItems(object?[] items)
    {
        PickleDictionary target = Top() switch
        {
            PickleDictionary dictionary => dictionary,
            PickleObject kept => kept.Items,
            _ => throw new FormatException("it sets items of something that is no dictionary"),
        };
        if (items.Length % 2 != 0)
            throw new FormatException("it sets a key without a value");
        for (int i = 0; i < items.Length; i += 2)
            target.Pairs.Add((items[i], items[i + 1]));
        return true;
    }

    private bool Remember(uint index)
    {
        _memo[index] = Top();
        return true;
    }

    private bool Recall(uint index) =>
        _memo.TryGetValue(index, out object? value) ? Push(value) : throw new FormatException($"it recalls {index}, which it never had");

    private bool Push(object? value)
    {
        _stack.Add(value);
        return true;
    }

    private object? Pop() => PopMany(1)[0];

    private object? Top() => _stack.Count > Floor ? _stack[^1] : throw new FormatException("its stack is empty");

    private object?[] PopMany(int count)
    {
        if (count > _stack.Count - Floor)
            throw new FormatException("its stack is empty");
        object?[] items = [.. _stack.GetRange(_stack.Count - count, count)];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        int count = _stack.Count - (_marks.Count > 0 ? Floor : throw new FormatException("it has no mark"));
        object?[] items = PopMany(count);
        _marks.RemoveAt(_marks.Count - 1);
        return items;
    }

    /// <summary>What lies below the last mark is out of reach.</summary>
    private readonly int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private static object ToInteger(ReadOnlySpan<byte> bytes)
    {
        var value = new BigInteger(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    private string ReadLine()
    {
        int length = _bytes[_at..].IndexOf((byte)'\n');
        if (length < 0)
            throw new FormatException("a name has no end");
        string line = Utf8.GetString(Take(length));
        Take(1);
        return line;
    }

    private long U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    private long I64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _bytes.Length - _at)
            throw new FormatException("it breaks off");
        _at += (int)count;
        return _bytes.Slice(_at - (int)count, (int)count);
    }
}
