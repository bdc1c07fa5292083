namespace Timbre.Tests.Hub;

/// <summary>A request that the <see cref="FakeHub"/> met.</summary>
internal sealed record FakeRequest(string Method, bool IsStorage, string Path, string? Authorization, string? Range);
