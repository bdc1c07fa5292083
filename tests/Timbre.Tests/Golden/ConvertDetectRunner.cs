using System.Text.Json;
using Timbre.Loading;

namespace Timbre.Tests.Golden;

/// <summary>What a model is, from its path and its config: the right answer, which in some rows is another than the reference's.</summary>
internal sealed class ConvertDetectRunner : IGoldenRunner
{
    public string? Family => "convert";

    public IEnumerable<string> Entries => ["convert.detect"];

    public void Run(GoldenCase golden, GoldenCheck check)
    {
        foreach (JsonElement row in golden.Json.GetProperty("rows").EnumerateArray())
        {
            string path = row.GetProperty("path").GetString()!;
            JsonElement config = row.GetProperty("config");
            JsonElement wanted = row.TryGetProperty("good", out JsonElement good) ? good : row.GetProperty("reference");
            if (wanted.ValueKind == JsonValueKind.Array)
            {
                KnownArchitecture? found = ArchitectureDetector.Find(path, config);
                string[] expected = wanted.Deserialize<string[]>()!;
                if (found is null || !expected.SequenceEqual([found.Domain.ToString().ToLowerInvariant(), found.Name]))
                    check.Fail(path, $"is {found?.Domain} {found?.Name ?? "nothing"}, expected {string.Join(' ', expected)}");
            }
            else if (!Refuses(path, config))
            {
                check.Fail(path, $"expected {wanted}");
            }
        }
    }

    private static bool Refuses(string path, JsonElement config)
    {
        try
        {
            ArchitectureDetector.Require(path, config);
            return false;
        }
        catch (ModelNotSupportedException error)
        {
            return error.Message.Contains("kokoro", StringComparison.Ordinal) && error.Message
                .Contains("whisper", StringComparison.Ordinal);
        }
    }
}
