using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Timbre.Text.Tokenizers;

/// <summary>Reads <c>*.tiktoken</c> files: a line for each token, its bytes in base64 and its id, which is also its rank.</summary>
internal static class TiktokenReader
{
    public static ByteLevelTokenizer Read(ReadOnlySpan<byte> file, string source, TextSplitter splitter)
    {
        try
        {
            TokenTable tokens = ReadTokens(file);
            int[] byteIds = tokens.ByteIds();
            var merges = new BytePairMerges(tokens.Count);
            for (int id = 0; id < tokens.Count; id++)
                merges.AddRecovered(tokens[id], byteIds, id, id);
            return new ByteLevelTokenizer(tokens, merges, byteIds, splitter, []);
        }
        catch (FormatException error)
        {
            throw new ModelNotSupportedException($"{source}: the file is broken: {error.Message}.", error);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TokenTable ReadTokens(ReadOnlySpan<byte> file)
    {
        var tokens = new TokenTable();
        Span<byte> token = stackalloc byte[TokenTable.MaxTokenBytes];
        for (int number = 1; !file.IsEmpty; number++)
        {
            int end = file.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = (end < 0 ? file : file[..end]).TrimEnd((byte)'\r');
            file = end < 0 ? [] : file[(end + 1)..];
            if (line.IsEmpty)
                continue;
            int space = line.IndexOf((byte)' ');
            if (space < 0 || !Utf8Parser.TryParse(line[(space + 1)..], out int id, out int digits) || digits != line.Length - space - 1)
                throw new FormatException($"line {number} is not a token and its rank");
            int length = 0;
            // Whisper's multilingual ranks write the empty token as a lone "=".
            if (!line[..space].SequenceEqual("="u8) && Base64.DecodeFromUtf8(line[..space], token, out _, out length) != OperationStatus.Done)
                throw new FormatException($"the token of line {number} is not base64, or too long");
            tokens.Add(id, token[..length]);
        }
        return tokens;
    }
}
