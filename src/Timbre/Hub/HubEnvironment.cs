using System.Globalization;
using System.Text.RegularExpressions;

namespace Timbre.Hub;

/// <summary>Reads the variables of <c>huggingface_hub</c>, version 1 (<c>constants.py</c>, <c>utils/_auth.py</c>).</summary>
internal static partial class HubEnvironment
{
    private const int LongestToken = 1 << 16;
    private static readonly string[] True = ["1", "ON", "YES", "TRUE"];

    /// <summary>The options that the variables give; a variable that is set but empty is taken as unset.</summary>
    public static HubOptions Read(Func<string, string?> variable)
    {
        string? Get(params string[] names) => names.Select(variable).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        string Expand(string path) => ExpandPath(path, variable);
        bool IsOn(params string[] names) => True.Contains(Get(names)?.ToUpperInvariant());

        string home = Expand(Get("HF_HOME") ?? Path.Combine(Get("XDG_CACHE_HOME") ?? "~/.cache", "huggingface"));
        string cache = Expand(Get("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"));
        string tokenPath = Expand(Get("HF_TOKEN_PATH") ?? Path.Combine(home, "token"));
        (string? token, string origin) = IsOn("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? (null, "") : FindToken(Get, tokenPath);
        var defaults = new HubOptions();
        return defaults with
        {
            Endpoint = EndpointOf(Get("HF_ENDPOINT")),
            CacheFolder = Path.GetFullPath(cache),
            Token = token,
            TokenOrigin = origin,
            Offline = IsOn("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
            UseLinks = !IsOn("HF_HUB_DISABLE_SYMLINKS"),
            RequestTimeout = SecondsOf("HF_HUB_ETAG_TIMEOUT", Get) ?? defaults.RequestTimeout,
            StallTimeout = SecondsOf("HF_HUB_DOWNLOAD_TIMEOUT", Get) ?? defaults.StallTimeout,
        };
    }

    private static (string? Token, string Origin) FindToken(Func<string[], string?> get, string path)
    {
        foreach (string name in (string[])["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"])
        {
            if (get([name]) is { } value && Clean(value) is { } token)
                return (token, name);
        }
        try
        {
            var file = new FileInfo(path);
            return file.Exists && file.Length <= LongestToken ? (Clean(File.ReadAllText(path)), path) : (null, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Most of the Hub needs none; what does says so.
            return (null, path);
        }
    }

    private static string? Clean(string token)
    {
        string clean = token.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim();
        return clean.Length > 0 ? clean : null;
    }

    private static string EndpointOf(string? value) => value is null ? HubOptions.DefaultEndpoint : value.Trim().TrimEnd('/');

    private static TimeSpan? SecondsOf(string name, Func<string[], string?> get)
    {
        if (get([name]) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentException($"{name} is '{text}', not a number of seconds from 1 to 86400.");
    }

    /// <summary>A leading <c>~</c>, then <c>$NAME</c> and <c>${NAME}</c>; a variable that is not set stays as it is written.</summary>
    private static string ExpandPath(string path, Func<string, string?> variable) => VariableName().Replace(
        LocalPath.ExpandHome(path), match => variable(match.Groups["name"].Value) ?? match.Value);

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)\}|(?<name>\w+))")]
    private static partial Regex VariableName();
}
