using System.Text;
using System.Text.RegularExpressions;

namespace Timbre.Hub;

/// <summary>
/// Patterns for files as <c>huggingface_hub</c> takes them (<c>utils/_paths.py</c>): Python's <c>fnmatch</c>, where <c>*</c> crosses
/// slashes, <c>?</c> is one letter and <c>[a-c]</c> or <c>[!a-c]</c> one of a set; case matters, and <c>folder/</c> means all below it.
/// </summary>
internal sealed class GlobPattern
{
    private readonly Regex[] _patterns;

    /// <summary>A path matches when it fits one of the patterns.</summary>
    public GlobPattern(IEnumerable<string> patterns) => _patterns = [.. patterns.Select(Translate)];

    /// <summary>Whether the path fits.</summary>
    public bool Matches(string path) => _patterns.Any(pattern => pattern.IsMatch(path));

    private static Regex Translate(string pattern)
    {
        if (pattern.EndsWith('/'))
            pattern += "*";
        var regex = new StringBuilder(@"\A");
        for (int at = 0; at < pattern.Length; at++)
        {
            int close = pattern[at] == '[' ? ClosingBracket(pattern, at) : -1;
            if (close >= 0)
            {
                string set = pattern[(at + 1)..close];
                bool negated = set[0] == '!';
                regex.Append('[').Append(negated ? "^" : "");
                foreach (char letter in negated ? set.AsSpan(1) : set)
                    regex.Append(letter is '\\' or '[' or ']' or '^' ? "\\" : "").Append(letter);
                regex.Append(']');
                at = close;
            }
            else
            {
                regex.Append(pattern[at] switch { '*' => ".*", '?' => ".", var letter => Regex.Escape(letter.ToString()) });
            }
        }
        try
        {
            return new Regex(
                regex.Append(@"\z").ToString(), RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"'{pattern}' is not a pattern for files: {error.Message}", error);
        }
    }

    /// <summary>Where the set that begins at a bracket ends; a bracket first in the set belongs to it. -1 where it does not end.</summary>
    private static int ClosingBracket(string pattern, int open)
    {
        int first = open + 1 < pattern.Length && pattern[open + 1] == '!' ? open + 2 : open + 1;
        return first < pattern.Length ? pattern.IndexOf(']', first + 1) : -1;
    }
}
