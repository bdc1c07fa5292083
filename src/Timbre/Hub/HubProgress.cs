namespace Timbre.Hub;

/// <summary>How far the transfer of a snapshot has come. Reports come one after the other, from any thread.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="File">The file that got on.</param>
/// <param name="FileBytes">Bytes of it that are there.</param>
/// <param name="FileSize">Bytes that it has.</param>
/// <param name="Bytes">Bytes of all files that are there, what the cache already held among them.</param>
/// <param name="Size">Bytes of all files.</param>
public sealed record HubProgress(string Repository, string File, long FileBytes, long FileSize, long Bytes, long Size);
