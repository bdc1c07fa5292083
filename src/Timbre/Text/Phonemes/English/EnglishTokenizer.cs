using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// spaCy's rule-based tokenizer: runs of non-whitespace are cut by exceptions, prefixes, suffixes and infixes, all of which are data
/// (<c>tokenizer.json</c>). Its algorithm is described in that folder's README.
/// </summary>
internal sealed partial class EnglishTokenizer
{
    /// <summary>A token; the norm is the spelling that an exception gives it.</summary>
    public readonly record struct Token(string Text, string? Norm = null, bool SpaceAfter = false);

    /// <summary>An exception's text and what the rules alone would cut it into.</summary>
    private sealed record Sequence(string Text, Token[] Pieces);

    private const int CachedRuns = 8192, CachedRunLength = 32;

    private readonly Dictionary<string, Token[]> _exceptions;
    private readonly Dictionary<string, Token[]>.AlternateLookup<ReadOnlySpan<char>> _exceptionsBySpan;
    private readonly int _longestException;
    private readonly Regex _prefix, _infix, _url;
    private readonly string[] _suffixes;
    private readonly Regex[] _suffixPatterns;
    private readonly Lazy<Dictionary<string, Sequence[]>> _sequences;
    private readonly ConcurrentDictionary<string, Token[]> _cache = new();

    /// <summary>Reads <c>tokenizer.json</c>.</summary>
    public EnglishTokenizer(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = json.RootElement;
        _exceptions = root.GetProperty("exceptions").EnumerateObject().ToDictionary(
            entry => entry.Name,
            entry => entry.Value.EnumerateArray().Select(part => new Token(part[0].GetString()!, part.GetArrayLength() > 1 ? part[1].GetString() : null)).ToArray());
        _exceptionsBySpan = _exceptions.GetAlternateLookup<ReadOnlySpan<char>>();
        _longestException = _exceptions.Keys.Max(text => text.Length);
        _prefix = PythonRegex.Create(root.GetProperty("prefix").GetString()!);
        var suffixes = PythonRegex.Alternatives(root.GetProperty("suffix").GetString()!).ToLookup(LiteralAtEnd().IsMatch);
        _suffixes = [.. suffixes[true].Select(literal => Regex.Unescape(literal[..^1]))];
        _suffixPatterns = [.. suffixes[false].Select(pattern => PythonRegex.Create(pattern, RegexOptions.RightToLeft))];
        _infix = PythonRegex.Create(root.GetProperty("infix").GetString()!);
        // User and password are any characters up to an @: said once, so that no text makes the expression backtrack without end.
        _url = PythonRegex.Create(root.GetProperty("url").GetString()!.Replace(@"(?:\S+(?::\S*)?@)?", @"(?:\S+@)?", StringComparison.Ordinal));
        _sequences = new(FindSequences);
    }

    /// <summary>The tokens of a text; joined with their spaces they are the text.</summary>
    public List<Token> Split(string text)
    {
        var tokens = new List<Token>(text.Length / 4 + 1);
        for (int start = 0, end; start < text.Length; start = end)
        {
            bool white = TextFeatures.IsWhiteSpace(text[start]);
            for (end = start + 1; end < text.Length && TextFeatures.IsWhiteSpace(text[end]) == white; end++) { }
            if (white && text[start] == ' ' && tokens.Count > 0)
            {
                tokens[^1] = tokens[^1] with { SpaceAfter = true };
                start++;
            }
            if (start < end)
                AppendRun(text.AsSpan(start, end - start), white, tokens);
        }
        return ReplaceSequences(tokens);
    }

    private void AppendRun(ReadOnlySpan<char> run, bool white, List<Token> tokens)
    {
        if (FindException(run) is { } parts || run.Length <= CachedRunLength && _cache.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(run, out parts))
        {
            tokens.AddRange(parts);
            return;
        }
        if (white)
        {
            tokens.Add(new(run.ToString()));
            return;
        }
        int first = tokens.Count;
        Cut(run, useExceptions: true, tokens);
        if (run.Length <= CachedRunLength && _cache.Count < CachedRuns)
            _cache[run.ToString()] = [.. tokens[first..]];
    }

    private Token[]? FindException(ReadOnlySpan<char> text) =>
        text.Length <= _longestException && _exceptionsBySpan.TryGetValue(text, out var parts) ? parts : null;

    /// <summary>Sets prefixes and suffixes aside until none is left or an exception is, then cuts what is left.</summary>
    private void Cut(ReadOnlySpan<char> core, bool useExceptions, List<Token> tokens)
    {
        var suffixes = new Stack<string>();
        bool IsException(ReadOnlySpan<char> text) => useExceptions && FindException(text) is not null;
        while (core.Length > 0 && !IsException(core))
        {
            int prefix = FirstMatch(_prefix, core).Length;
            bool beforeException = prefix > 0 && IsException(core[prefix..]);
            int suffix = beforeException ? 0 : SuffixLength(core[prefix..]);
            if (suffix > 0 && IsException(core[..^suffix]))
                prefix = 0;
            if (prefix + suffix == 0) break;
            if (prefix > 0) tokens.Add(new(core[..prefix].ToString()));
            if (suffix > 0) suffixes.Push(core[^suffix..].ToString());
            core = core[prefix..^suffix];
        }
        if (core.Length > 0)
        {
            if (useExceptions && FindException(core) is { } parts) tokens.AddRange(parts);
            else AppendCore(core, tokens);
        }
        foreach (string suffix in suffixes)
            tokens.Add(new(suffix));
    }

    private void AppendCore(ReadOnlySpan<char> core, List<Token> tokens)
    {
        int start = 0;
        if (!IsUrl(core))
        {
            foreach (var infix in _infix.EnumerateMatches(core))
            {
                if (infix.Index == 0) continue;
                if (infix.Index > start) tokens.Add(new(core[start..infix.Index].ToString()));
                tokens.Add(new(core.Slice(infix.Index, infix.Length).ToString()));
                start = infix.Index + infix.Length;
            }
        }
        if (start < core.Length) tokens.Add(new(core[start..].ToString()));
    }

    private bool IsUrl(ReadOnlySpan<char> core) => core.Contains('.') && _url.IsMatch(core);

    /// <summary>
    /// The length of the longest suffix: Python's search finds the leftmost match, and all end at the end. (One expression of all
    /// alternatives is slow in .NET, each by itself is not.)
    /// </summary>
    private int SuffixLength(ReadOnlySpan<char> text)
    {
        int longest = 0;
        foreach (string suffix in _suffixes)
            if (text.EndsWith(suffix, StringComparison.Ordinal)) longest = Math.Max(longest, suffix.Length);
        foreach (var pattern in _suffixPatterns)
            longest = Math.Max(longest, FirstMatch(pattern, text).Length);
        return longest;
    }

    private static ValueMatch FirstMatch(Regex regex, ReadOnlySpan<char> text)
    {
        var matches = regex.EnumerateMatches(text);
        return matches.MoveNext() ? matches.Current : default;
    }

    /// <summary>
    /// Tokens that together are what the rules cut an exception's text into become the exception's parts (<c>:</c> <c>D</c>), longest
    /// first; tokens with a space between them match too, and then stay as they are.
    /// </summary>
    private List<Token> ReplaceSequences(List<Token> tokens)
    {
        var found = new List<(int Start, Sequence Sequence)>();
        for (int i = 0; i < tokens.Count; i++)
            if (_sequences.Value.TryGetValue(tokens[i].Text, out var sequences))
                foreach (var sequence in sequences)
                    if (StartsWith(tokens, i, sequence.Pieces))
                        found.Add((i, sequence));
        if (found.Count == 0) return tokens;

        var seen = new bool[tokens.Count];
        var chosen = new Sequence?[tokens.Count];
        foreach (var (start, sequence) in found.OrderByDescending(match => match.Sequence.Pieces.Length).ThenBy(match => match.Start))
        {
            int count = sequence.Pieces.Length;
            bool free = !seen[start] && !seen[start + count - 1];
            seen.AsSpan(start, count).Fill(true);
            if (free && !tokens.GetRange(start, count - 1).Exists(token => token.SpaceAfter))
                chosen[start] = sequence;
        }
        var replaced = new List<Token>(tokens.Count);
        for (int i = 0; i < tokens.Count; i++)
        {
            if (chosen[i] is not { } sequence)
            {
                replaced.Add(tokens[i]);
                continue;
            }
            i += sequence.Pieces.Length - 1;
            replaced.AddRange(_exceptions[sequence.Text]);
            replaced[^1] = replaced[^1] with { SpaceAfter = tokens[i].SpaceAfter };
        }
        return replaced;
    }

    private static bool StartsWith(List<Token> tokens, int start, Token[] pieces)
    {
        if (start + pieces.Length > tokens.Count) return false;
        for (int i = 0; i < pieces.Length; i++)
            if (tokens[start + i].Text != pieces[i].Text) return false;
        return true;
    }

    /// <summary>By its first piece: every exception that a prefix, suffix or infix could take apart.</summary>
    private Dictionary<string, Sequence[]> FindSequences()
    {
        var sequences = new List<Sequence>();
        foreach (string text in _exceptions.Keys)
        {
            var pieces = new List<Token>();
            Cut(text, useExceptions: false, pieces);
            if (pieces.Count > 1) sequences.Add(new(text, [.. pieces]));
        }
        return sequences.GroupBy(sequence => sequence.Pieces[0].Text).ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>Plain or escaped characters, then the end.</summary>
    [GeneratedRegex(@"^(?:\\\W|[^\\\[\](){}.*+?|^$])+\$$")]
    private static partial Regex LiteralAtEnd();
}
