using System.Formats.Tar;
using System.IO.Compression;

namespace Timbre.Loading.Weights;

/// <summary>
/// A <c>.nemo</c> file: a tar archive, plain or gzipped, of <c>model_config.yaml</c>, <c>model_weights.ckpt</c> and the files that the
/// config names. The weights of a plain one are mapped where they lie.
/// </summary>
internal static class NemoArchive
{
    private const string WeightsName = "model_weights.ckpt", ConfigName = "model_config.yaml", UnpackedName = ".unpacked.tar";
    private const int MaxMembers = 10_000, MaxConfigLength = 4 << 20;
    private const long MaxFilesLength = 512 << 20;

    /// <summary>Weights hardly shrink: what unpacks to many times its size is no checkpoint.</summary>
    private const long MaxExpansion = 32, AlwaysAllowed = 64 << 20;

    /// <summary>Bytes that tell it from other files.</summary>
    public const int MagicLength = 262;

    /// <summary>Whether a file that begins so is one.</summary>
    public static bool Matches(ReadOnlySpan<byte> start) =>
        IsGzip(start) || start.Length >= MagicLength && start.Slice(257, 5).SequenceEqual("ustar"u8);

    /// <summary>Whether that file is one.</summary>
    /// <exception cref="WeightException">It cannot be opened.</exception>
    public static bool Matches(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[MagicLength];
            return Matches(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightException($"{path}: cannot be opened: {error.Message}", error);
        }
    }

    /// <summary>Maps the weights; those of a gzipped archive are unpacked to a file that is gone when they are disposed.</summary>
    /// <exception cref="WeightException">The archive is broken, or has no weights.</exception>
    public static MappedFile OpenWeights(string path)
    {
        string name = Path.GetFileName(path);
        if (!IsGzip(path))
            return Map(path, name, FileOptions.None);
        string unpacked = Path.Combine(Path.GetTempPath(), $".timbre-{Path.GetRandomFileName()}");
        try
        {
            Inflate(path, unpacked);
            return Map(unpacked, name, FileOptions.DeleteOnClose);
        }
        catch
        {
            File.Delete(unpacked);
            throw;
        }
    }

    /// <summary>Unpacks everything but the weights; of a gzipped archive the whole tar, too, whose weights can then be mapped.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="folder">Where to; empty.</param>
    /// <returns>The config in YAML, and the path of the archive whose weights can be mapped.</returns>
    /// <exception cref="WeightException">The archive is broken, or its names lead out of the folder.</exception>
    public static (string Config, string WeightPath) Unpack(string path, string folder)
    {
        string name = Path.GetFileName(path), archive = path;
        if (IsGzip(path))
        {
            archive = Path.Combine(folder, UnpackedName);
            Inflate(path, archive);
        }
        string? config = null;
        long total = 0;
        Visit(archive, name, entry =>
        {
            string file = FileName(entry.Name, name);
            if (Path.GetFileName(file).EndsWith(WeightsName, StringComparison.Ordinal))
                return;
            if ((total += entry.Length) > MaxFilesLength)
                throw new WeightException($"{name}: has over {MaxFilesLength >> 20} MiB beside its weights, more than tokenizers need.");
            string target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            entry.ExtractToFile(target, overwrite: false);
            if (Path.GetFileName(file).EndsWith(ConfigName, StringComparison.Ordinal) && entry.Length <= MaxConfigLength)
                config ??= File.ReadAllText(target);
        });
        return (config ?? throw new WeightException($"{name}: has no {ConfigName}. It is no model of NeMo; download it again."), archive);
    }

    /// <summary>Maps the weights of a tar archive.</summary>
    private static MappedFile Map(string archive, string name, FileOptions options)
    {
        (long Offset, long Length)? weights = null;
        Visit(archive, name, entry =>
        {
            if (entry.Name.EndsWith(WeightsName, StringComparison.Ordinal))
                weights ??= (entry.DataOffset, entry.Length);
        });
        (long offset, long length) = weights ?? throw new WeightException(
            $"{name}: has no {WeightsName}. Save the model with NeMo's save_to, not as a distributed checkpoint.");
        return MappedFile.Open(archive, name, offset, length, options);
    }

    private static void Visit(string archive, string name, Action<TarEntry> visit)
    {
        try
        {
            using FileStream stream = File.OpenRead(archive);
            using var reader = new TarReader(stream);
            for (int members = 0; reader.GetNextEntry() is { } entry; members++)
            {
                if (members == MaxMembers)
                    throw new WeightException($"{name}: has more than {MaxMembers} files, which no model of NeMo has.");
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
                    visit(entry);
                else if (entry.EntryType is not (TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes))
                    throw new WeightException($"{name}: '{entry.Name}' is a {entry.EntryType}; only files and folders are unpacked.");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or FormatException
            or OverflowException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            // The reader of archives says what it stumbled over by many kinds of exceptions.
            throw new WeightException($"{name}: cannot be read as a model of NeMo: {error.Message} Download it again.", error);
        }
    }

    /// <summary>The path of a member below the folder that it is unpacked to.</summary>
    private static string FileName(string member, string name)
    {
        string path = member.StartsWith("./", StringComparison.Ordinal) ? member[2..] : member;
        bool isSafe = path.Split('/').All(part => part is not ("" or "." or "..") && part.AsSpan().IndexOfAny("\\:\0") < 0);
        return isSafe ? path : throw new WeightException(
            $"{name}: '{member}' would lead out of the folder that it is unpacked to. Do not use this file.");
    }

    private static void Inflate(string path, string target)
    {
        string name = Path.GetFileName(path);
        try
        {
            using FileStream source = File.OpenRead(path);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var output = new FileStream(target, options);
            long allowed = Math.Max(AlwaysAllowed, source.Length * MaxExpansion);
            var buffer = new byte[1 << 17];
            for (int count; (count = gzip.Read(buffer)) > 0; allowed -= count)
            {
                if (count > allowed)
                    throw new WeightException($"{name}: unpacks to more than {MaxExpansion} times its size, which weights do not.");
                output.Write(buffer, 0, count);
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new WeightException($"{name}: cannot be unpacked: {error.Message}", error);
        }
    }

    private static bool IsGzip(ReadOnlySpan<byte> start) => start is [0x1f, 0x8b, ..];

    private static bool IsGzip(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[2];
            return IsGzip(start[..stream.ReadAtLeast(start, 2, throwOnEndOfStream: false)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WeightException($"{path}: cannot be opened: {error.Message}", error);
        }
    }
}
