using System.Buffers.Text;
using System.Buffers;

namespace Timbre.Text.Tokenizers;

/// <summary>Reads <c>*.tiktoken</c> files: a line for each token, its bytes in base64 and its id, which is also its rank.</summary>
internal static class TiktokenReader
{
    public static ByteLevelTokenizer Read(ReadOnlySpan<byte> file, string source, TextSplitter splitter)
    {
        var tokens = new TokenTable();
        var order = new List<int>(1 << 16);
        Span<byte> token = stackalloc byte[1024];
        foreach (Range range in file.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = file[range].TrimEnd((byte)'\r');
            if (line.IsEmpty)
                continue;
            int space = line.IndexOf((byte)' ');
            if (space < 0 || !Utf8Parser.TryParse(line[(space + 1)..], out int id, out int digits) || digits != line.Length - space - 1)
                throw Broken(source, order.Count, "holds no token and rank");
            ReadOnlySpan<byte> text = line[..space];
            int length = 0;
            // Whisper's multilingual ranks write the empty token as a lone "=".
            if (!text.SequenceEqual("="u8) && Base64.DecodeFromUtf8(text, token, out _, out length) != OperationStatus.Done)
                throw Broken(source, order.Count, "is not base64, or too long");
            token[..length].CopyTo(tokens.Add(id, length));
            order.Add(id);
        }
        return new ByteLevelTokenizer(tokens, Merges(tokens, order, source, out int[] byteIds), byteIds, splitter, []);
    }

    private static BytePairMerges Merges(TokenTable tokens, List<int> order, string source, out int[] byteIds)
    {
        byteIds = ByteIds(tokens, source);
        order.Sort();
        var merges = new BytePairMerges(order.Count);
        foreach (int id in order)
            merges.AddRecovered(tokens[id], byteIds, id, id);
        return merges;
    }

    /// <summary>The id of each single byte.</summary>
    public static int[] ByteIds(TokenTable tokens, string source)
    {
        var ids = new int[256];
        Array.Fill(ids, -1);
        for (int id = tokens.Count - 1; id >= 0; id--)
            if (tokens[id] is [var value])
                ids[value] = id;
        if (Array.IndexOf(ids, -1) is var missing and >= 0)
            throw new ModelNotSupportedException($"{source}: the vocabulary has no token for the byte {missing}; it is not byte-level BPE.");
        return ids;
    }

    private static ModelNotSupportedException Broken(string source, int line, string what) =>
        new($"{source}: line {line + 1} {what}; the file is broken.");
}
