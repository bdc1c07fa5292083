using System.Text.Json;
using CsCheck;
using Timbre.Transcripts;
using Xunit;

namespace Timbre.Tests.Transcripts;

public class TranscriptWriterTests
{
    [Fact]
    public void TimesAreRoundedBeforeTheyAreCut()
    {
        TranscriptSegment segment = Segment(59.9996, 3599.9999, " Hi");
        Assert.Equal("1\n00:01:00,000 --> 01:00:00,000\nHi\n\n", Write(TranscriptFormat.SubRip, [segment]));
        Assert.Equal("[01:00.00]Hi\n", Write(TranscriptFormat.Lyrics, [segment]));
        Assert.Equal("start\tend\ttext\n60000\t3600000\tHi\n", Write(TranscriptFormat.TabSeparated, [segment]));
    }

    [Fact]
    public void WordsAreNeverCuesBesideTheirSegment()
    {
        TranscriptSegment segment = Timed(" one two three", 1);
        Assert.Equal("1\n00:00:01,000 --> 00:00:02,500\none two three\n\n", Write(TranscriptFormat.SubRip, [segment]));
    }

    [Fact]
    public void WebVttEscapesWhatWouldBeMarkup() => Assert.Equal(
        "WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\nQ&amp;A &lt;b&gt; --&gt; x\n\n",
        Write(TranscriptFormat.WebVtt, [Segment(0, 1, " Q&A <b> --> x")]));

    [Fact]
    public void ACueIsFilledLineByLine()
    {
        var options = new SubtitleOptions { MaxCharactersPerLine = 9, MaxLinesPerCue = 2 };
        Assert.Equal(
            "1\n00:00:00,000 --> 00:00:01,500\none two\nthree\n\n2\n00:00:01,500 --> 00:00:02,000\nincomprehensible\n\n",
            Write(TranscriptFormat.SubRip, [Timed(" one two three incomprehensible", 0)], options));
    }

    [Fact]
    public void ALongPauseEndsACue()
    {
        TranscriptSegment segment = Segment(0, 9, " one two") with { Words = [Word(" one", 0, 1), Word(" two", 8, 9)] };
        Assert.Equal("1\n00:00:00,000 --> 00:00:01,000\none\n\n2\n00:00:08,000 --> 00:00:09,000\ntwo\n\n", Write(TranscriptFormat.SubRip, [segment]));
        Assert.Equal("1\n00:00:00,000 --> 00:00:09,000\none two\n\n", Write(TranscriptFormat.SubRip, [segment], SubtitleOptions.WholeSegments));
    }

    [Fact]
    public void WordsAreHighlightedInTurn() => Assert.Equal(
        "1\n00:00:00,000 --> 00:00:01,000\n<u>one</u> two\n\n2\n00:00:01,000 --> 00:00:02,000\none two\n\n3\n00:00:02,000 --> 00:00:03,000\none <u>two</u>\n\n",
        Write(TranscriptFormat.SubRip, [Segment(0, 3, " one two") with { Words = [Word(" one", 0, 1), Word(" two", 2, 3)] }], new() { HighlightWords = true }));

    [Fact]
    public void LyricsMayTimeEachWord()
    {
        TranscriptSegment[] segments = [Timed(" one two", 61)];
        Assert.Equal("[01:01.00]<01:01.00>one <01:01.50>two\n", Write(TranscriptFormat.Lyrics, segments, new() { HighlightWords = true }));
        Assert.Equal("[01:01.00]one two\n", Write(TranscriptFormat.Lyrics, segments));
    }

    [Fact]
    public void ALongSegmentWithoutWordTimesIsCutInProportion()
    {
        string text = string.Concat(Enumerable.Repeat(" abcd", 60));
        List<(double Start, double End, string Text)> cues = Cues(Write(TranscriptFormat.SubRip, [Segment(0, 30, text)]));
        Assert.Equal(5, cues.Count);
        Assert.Equal((0, 30), (cues[0].Start, cues[^1].End));
        Assert.All(cues, cue => Assert.Equal(cue.Text.Length + 1, 10 * (cue.End - cue.Start), 1));
    }

    [Fact]
    public void ScriptsWithoutSpacesBreakBetweenCharactersButNotBeforeClosingSigns()
    {
        string text = string.Concat(Enumerable.Repeat("日本語です。", 20));
        List<(double Start, double End, string Text)> cues = Cues(Write(TranscriptFormat.SubRip, [Segment(0, 20, text)], new() { MaxCharactersPerLine = 11 }));
        Assert.Equal(text, string.Concat(cues.Select(cue => cue.Text)).Replace("\n", "", StringComparison.Ordinal));
        Assert.All(cues.SelectMany(cue => cue.Text.Split('\n')), line => Assert.True(line.Length <= 11 && line[0] != '。'));
    }

    [Fact]
    public void LimitsHoldAndNoWordIsLost() =>
        Gen.Select(Segments, Gen.Int[5, 50], Gen.Int[1, 3], Gen.Int[1, 10], Gen.Bool).Sample((segments, width, lines, seconds, join) =>
        {
            var options = new SubtitleOptions
            {
                MaxCharactersPerLine = width,
                MaxLinesPerCue = lines,
                MaxCueDuration = TimeSpan.FromSeconds(seconds),
                JoinSegments = join,
            };
            List<(double Start, double End, string Text)> cues = Cues(Write(TranscriptFormat.SubRip, segments, options));
            Assert.Equal(Words(string.Concat(segments.Select(segment => segment.Text))), cues.SelectMany(cue => Words(cue.Text)));
            foreach ((double start, double end, string text) in cues)
            {
                Assert.True(text.Split('\n').Length <= lines);
                Assert.All(text.Split('\n'), line => Assert.True(line.Length <= width || !line.Contains(' ', StringComparison.Ordinal)));
                Assert.True(end - start <= seconds + 0.001 || Words(text).Length == 1);
            }
            Assert.Equal(cues.Select(cue => cue.Start).Order(), cues.Select(cue => cue.Start));
        });

    [Fact]
    public void JsonSaysWhatIsKnown()
    {
        TranscriptSegment segment = Timed(" naïve “日本” <b>", 1.5) with { Id = 3, Seek = 150, Tokens = [1, 2], AverageLogProbability = double.NegativeInfinity };
        string text = Write(TranscriptFormat.Json, [segment]);
        Assert.Contains("naïve “日本” <b>", text, StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse(text).RootElement, written = json.GetProperty("segments")[0];
        Assert.Equal(("en", 90), (json.GetProperty("language").GetString(), json.GetProperty("duration").GetDouble()));
        Assert.Equal((3, 150, 1.5, 3), (written.GetProperty("id").GetInt32(), written.GetProperty("seek").GetInt32(), written.GetProperty("start").GetDouble(), written.GetProperty("end").GetDouble()));
        Assert.Equal(JsonValueKind.Null, written.GetProperty("avg_logprob").ValueKind);
        Assert.Equal((" naïve", 0.9), (written.GetProperty("words")[0].GetProperty("word").GetString(), written.GetProperty("words")[0].GetProperty("probability").GetDouble()));
    }

    [Fact]
    public void TextIsWrittenAsItIsAndLinesAreTrimmed()
    {
        TranscriptSegment[] segments = [Segment(0, 1, " One."), Segment(1, 2, " Two\tthree.")];
        Assert.Equal(" One. Two\tthree.", Write(TranscriptFormat.Text, segments));
        Assert.Equal("One.\nTwo\tthree.\n", Write(TranscriptFormat.Lines, segments));
        Assert.Equal("start\tend\ttext\n0\t1000\tOne.\n1000\t2000\tTwo three.\n", Write(TranscriptFormat.TabSeparated, segments));
    }

    [Fact]
    public void CuesAreWrittenAsSoonAsTheyAreKnown()
    {
        using var output = new StringWriter();
        var writer = TranscriptWriter.Create(TranscriptFormat.SubRip, output);
        writer.Write(Segment(0, 1, " One."));
        writer.Write(Segment(1, 2, " Two."));
        Assert.Contains("One.", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Two.", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TranscriptFormat.SubRip, "")]
    [InlineData(TranscriptFormat.WebVtt, "WEBVTT\n\n")]
    [InlineData(TranscriptFormat.Lyrics, "")]
    public void BlankSegmentsGiveNoCue(TranscriptFormat format, string file) => Assert.Equal(file, Write(format, [Segment(0, 1, " "), Segment(1, 1, "")]));

    [Fact]
    public void NamesAreParsedAndWrongOptionsAreErrors()
    {
        Assert.Equal(TranscriptFormat.SubRip, TranscriptFormats.Parse(".SRT"));
        Assert.All(TranscriptFormats.Names, name => Assert.Contains(TranscriptFormats.GetExtension(TranscriptFormats.Parse(name)), name == "lines" ? "txt" : name, StringComparison.Ordinal));
        Assert.Contains("srt", Assert.Throws<ArgumentException>(() => TranscriptFormats.Parse("doc")).Message, StringComparison.Ordinal);
        Assert.Contains("MaxLinesPerCue", Assert.Throws<ArgumentException>(() => Write(TranscriptFormat.SubRip, [], new() { MaxLinesPerCue = 0 })).Message, StringComparison.Ordinal);
    }

    /// <summary>Segments one after the other, some with word times and some without.</summary>
    private static Gen<TranscriptSegment[]> Segments =>
        Gen.Select(Gen.String[Gen.Char['a', 'z'], 1, 12].Array[1, 20], Gen.Double[0.05, 1], Gen.Bool).Array[0, 6].Select(parts =>
        {
            double time = 0;
            return parts.Select(part =>
            {
                (string[] words, double length, bool timed) = part;
                double start = time;
                TranscriptWord[] timedWords = [.. words.Select(word => Word(" " + word, time, time += length))];
                return Segment(start, time, string.Concat(words.Select(word => " " + word))) with { Words = timed ? timedWords : null };
            }).ToArray();
        });

    private static string[] Words(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static List<(double Start, double End, string Text)> Cues(string file) => [.. file.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(cue =>
    {
        string[] lines = cue.Split('\n', 3), times = lines[1].Replace(',', '.').Split(" --> ");
        return (TimeSpan.Parse(times[0]).TotalSeconds, TimeSpan.Parse(times[1]).TotalSeconds, lines[2]);
    })];

    private static string Write(TranscriptFormat format, IReadOnlyList<TranscriptSegment> segments, SubtitleOptions? options = null)
    {
        using var output = new StringWriter();
        var transcript = new Transcript(string.Concat(segments.Select(segment => segment.Text)), segments, "en", TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1));
        TranscriptWriter.Write(transcript, format, output, options);
        return output.ToString();
    }

    private static TranscriptSegment Segment(double start, double end, string text) =>
        new() { Id = 0, Start = TimeSpan.FromSeconds(start), End = TimeSpan.FromSeconds(end), Text = text };

    /// <summary>A segment whose words last half a second each.</summary>
    private static TranscriptSegment Timed(string text, double start)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Segment(start, start + (words.Length / 2.0), text) with
        {
            Words = [.. words.Select((word, i) => Word(" " + word, start + (i / 2.0), start + ((i + 1) / 2.0)))],
        };
    }

    private static TranscriptWord Word(string text, double start, double end) => new(text, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(end), 0.9);
}
