using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Timbre.Generation;
using TorchSharp;
using Xunit;

namespace Timbre.Tests.Golden;

/// <summary>The harness itself: it has to find what differs and what was left out.</summary>
public sealed class GoldenHarnessTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("golden").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void EqualWithinToleranceAndComparedWholePasses() =>
        Assert.Null(Run("""{"entry": "e", "expect": {"text": "a", "reference_text": "b"}, "tolerance": {"atol": 0.1, "rtol": 0}}""",
            new() { ["mid.a"] = [1, 2], ["out.y"] = [3], ["ref.y"] = [9] }, (_, check) =>
            {
                check.Compare("mid.a", [1.05f, 2f]);
                check.Compare("out.y", [3f]);
                check.Expect("text", "a");
            }));

    [Fact]
    public void FirstDifferenceIsNamedWithErrorAndPosition()
    {
        string? failure = Run("""{"entry": "e", "tolerance": {"atol": 0.1, "rtol": 0}}""",
            new() { ["mid.a"] = [1, 2, 3], ["out.y"] = [3] }, (_, check) =>
            {
                check.Compare("mid.a", [1.5f, 4f, 3f]);
                check.Compare("out.y", [0f]);
            });
        Assert.Equal("mid.a differs first: 2 of 3 values, worst at [1]: 4, expected 2 (error 2, allowed 0.1)", failure);
    }

    [Fact]
    public void WhatWasNotComparedFails()
    {
        Dictionary<string, float[]> tensors = new() { ["mid.a"] = [1], ["out.y"] = [1], ["s.wav.out.good"] = [1], ["s.wav.out.ref"] = [1], ["in.x"] = [1], ["rng.0000.normal"] = [1] };
        Assert.Equal("not compared: expect.text, mid.a, out.y, s.wav.out.good, z.error, z.expect.n",
            Run("""{"entry": "e", "expect": {"text": "a"}, "args": {"cases": [{"name": "z", "expect": {"n": 1}, "error": {"type": "ValueError"}}]}}""", tensors, (_, _) => { }));
    }

    [Theory]
    [InlineData("[1, 2]", "[1, 3]", "v[1] is 3, expected 2")]
    [InlineData("[1, 2]", "[1, 2.0000001]", "v[1] is 2.0000001, expected 2")]
    [InlineData("[1.0, 2.0]", "[1.0, 2.00001]", null)]
    [InlineData("[1, 2]", "[1]", "v has 1 items, expected 2")]
    [InlineData("""{"a": "x"}""", """{"a": "x", "b": 1}""", null)]
    [InlineData("""{"a": "x"}""", """{"b": 1}""", "v.a is missing")]
    [InlineData("\"-inf\"", "\"-Infinity\"", null)]
    [InlineData("null", "0", "v is 0, expected null")]
    [InlineData("true", "false", "v is false, expected true")]
    public void ExpectationsCompareByTheirKind(string expected, string actual, string? difference) =>
        Assert.Equal(difference, Run($$"""{"entry": "e", "expect": {"v": {{expected}} } }""", [],
            (_, check) => check.Expect("v", JsonDocument.Parse(actual).RootElement)));

    [Fact]
    public void ToleranceOfAGroupAndOfATensor()
    {
        const string Case = """
            {"entry": "e", "tolerance": {"atol": 0, "rtol": 0, "wide": {"atol": 1, "tensors": ["mid.w.*"]}, "out.audio": {"min_correlation": 0.9}, "out.rms": {"atol_of_peak": 0.5}}}
            """;
        Dictionary<string, float[]> tensors = new() { ["mid.w.0"] = [1], ["out.audio"] = [1, -1, 1], ["out.rms"] = [4, 0] };
        Assert.Null(Run(Case, tensors, (_, check) =>
        {
            check.Compare("mid.w.0", [2f]);
            check.Compare("out.audio", [5f, -5f, 5f]);
            check.Compare("out.rms", [2.5f, 2f]);
        }));
        Assert.StartsWith("out.audio differs first: correlation -1", Run(Case, tensors, (_, check) => check.Compare("out.audio", [-1f, 1f, -1f])), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryNthSliceIsTaken() => Assert.Null(Run("""{"entry": "e"}""", new() { ["mid.a.every2"] = [0, 2, 4] }, (_, check) =>
        check.Compare("mid.a", torch.arange(5, torch.ScalarType.Float32))));

    [Fact]
    public void NotANumberEqualsOnlyItself()
    {
        Dictionary<string, float[]> tensors = new() { ["out.y"] = [float.NaN, 1] };
        Assert.Null(Run("""{"entry": "e"}""", tensors, (_, check) => check.Compare("out.y", [float.NaN, 1f])));
        Assert.NotNull(Run("""{"entry": "e"}""", tensors, (_, check) => check.Compare("out.y", [float.NaN, float.NaN])));
        Assert.NotNull(Run("""{"entry": "e"}""", tensors, (_, check) => check.Compare("out.y", [1f, 1f])));
    }

    [Fact]
    public void DrawsAreReplayedInOrder()
    {
        Dictionary<string, float[]> draws = new() { ["rng.0000.normal"] = [0.5f, 0.25f], ["rng.0001.categorical"] = [2] };
        Assert.Null(Run("""{"entry": "e"}""", draws, (golden, _) =>
        {
            RandomSource random = golden.CreateRandom();
            Assert.Equal([0.5f, 0.25f], random.Normal(2).data<float>().ToArray());
            Assert.Equal(2, random.Categorical(torch.zeros(1, 3)).item<long>());
        }));
        Assert.Equal("rng: 2 recorded draws were not made", Run("""{"entry": "e"}""", draws, (golden, _) => golden.CreateRandom()));
        Assert.Contains("rng.0000.normal [2] is the recorded draw, asked for is uniform [2]",
            Run("""{"entry": "e"}""", draws, (golden, _) => golden.CreateRandom().Uniform(2)), StringComparison.Ordinal);
        Assert.Contains("asked for is normal [3]", Run("""{"entry": "e"}""", draws, (golden, _) => golden.CreateRandom().Normal(3)), StringComparison.Ordinal);
    }

    [Fact]
    public void AnExceptionFailsTheCaseButNotAnEarlierDifference()
    {
        Assert.Equal("threw InvalidOperationException: no", Run("""{"entry": "e"}""", [], (_, _) => throw new InvalidOperationException("no")));
        Assert.StartsWith("out.y differs first", Run("""{"entry": "e"}""", new() { ["out.y"] = [1] }, (_, check) =>
        {
            check.Compare("out.y", [2f]);
            throw new InvalidOperationException("no");
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void TheProgramCountsWhatHasNoRunnerAsFailed()
    {
        Write("nobody/deep/a", """{"entry": "unknown"}""", []);
        File.WriteAllText(Path.Combine(_root, "nobody", "rows.tsv"), "id\ttext\n1\ta\n2\tb\n");
        var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(1, GoldenProgram.Run(_root, ["nobody", "absent"], output));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("FAIL nobody/deep/a: no runner for 'unknown' of nobody", lines);
        Assert.Equal(["nobody: 0 of 4", "FAIL absent: there is no such family or case", "0 passed, 5 failed, 0 skipped"], lines[^3..]);
    }

    private string? Run(string json, Dictionary<string, float[]> tensors, Action<GoldenCase, GoldenCheck> run)
    {
        Write("family/case", json, tensors);
        return GoldenSuite.RunCase(GoldenCase.Read(new GoldenFolder(_root), "family/case"), new Runner(run));
    }

    private void Write(string path, string json, Dictionary<string, float[]> tensors)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, path)).FullName;
        File.WriteAllText(Path.Combine(folder, "case.json"), json);
        int offset = 0;
        byte[] header = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(tensors.ToDictionary(entry => entry.Key, entry =>
        {
            (int start, offset) = (offset, offset + 4 * entry.Value.Length);
            return new { dtype = "F32", shape = new[] { entry.Value.Length }, data_offsets = new[] { start, offset } };
        })));
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        File.WriteAllBytes(Path.Combine(folder, "tensors.safetensors"),
            [.. length, .. header, .. tensors.Values.SelectMany(values => MemoryMarshal.AsBytes<float>(values).ToArray())]);
    }

    private sealed class Runner(Action<GoldenCase, GoldenCheck> run) : IGoldenRunner
    {
        public string? Family => null;
        public IEnumerable<string> Entries => [];
        public void Run(GoldenCase golden, GoldenCheck check) => run(golden, check);
    }
}
