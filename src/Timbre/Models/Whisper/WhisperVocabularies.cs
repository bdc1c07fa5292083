using System.IO.Compression;
using Timbre.Loading;
using Timbre.Text.Tokenizers;

namespace Timbre.Models.Whisper;

/// <summary>Finds the vocabulary of a checkpoint folder: its own files, or the published ones that this assembly carries.</summary>
internal static class WhisperVocabularies
{
    /// <summary>Smallest vocabulary of a multilingual model, special tokens included.</summary>
    public const int SmallestMultilingual = 51865;

    private const long LargestFile = 64 << 20;

    /// <summary>Reads <c>tokenizer.json</c>, else <c>*.tiktoken</c>, else the built-in ranks.</summary>
    public static ByteLevelTokenizer Load(string folder, int vocabularySize)
    {
        string json = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(json))
            return TokenizerJsonReader.Read(ReadFile(json), json);
        string builtIn = vocabularySize >= SmallestMultilingual ? "multilingual" : "gpt2";
        string[] ranks = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.tiktoken") : [];
        string? file = Array.Find(ranks, path => Path.GetFileNameWithoutExtension(path) == builtIn) ?? (ranks is [var only] ? only : null);
        return file is null ? BuiltIn(builtIn) : TiktokenReader.Read(ReadFile(file), file, TextSplitter.Gpt2);
    }

    /// <summary>The published ranks, <c>multilingual</c> or <c>gpt2</c>.</summary>
    public static ByteLevelTokenizer BuiltIn(string name)
    {
        string resource = $"Timbre.Models.Whisper.{name}.tiktoken.br";
        using Stream stream = typeof(WhisperVocabularies).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks the resource {resource}.");
        using var brotli = new BrotliStream(stream, CompressionMode.Decompress);
        using var memory = new MemoryStream(1 << 20);
        brotli.CopyTo(memory);
        return TiktokenReader.Read(memory.GetBuffer().AsSpan(0, (int)memory.Length), resource, TextSplitter.Gpt2);
    }

    private static byte[] ReadFile(string path) => BoundedFile.TryRead(path, LargestFile) ?? throw new ModelNotSupportedException(
        $"{path}: is too long for a tokenizer; at most {LargestFile} bytes are read.");
}
