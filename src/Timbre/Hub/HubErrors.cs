using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Timbre.Hub;

/// <summary>
/// Makes an error of an answer, by the headers <c>X-Error-Code</c> and <c>X-Error-Message</c> that the Hub sends, else by its status
/// (<c>utils/_http.py</c> of <c>huggingface_hub</c> knows the same).
/// </summary>
internal static partial class HubErrors
{
    private const int LongestMessage = 300;

    private static readonly HttpStatusCode[] TransientCodes =
    [
        HttpStatusCode.RequestTimeout, HttpStatusCode.TooManyRequests, HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway,
        HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout,
    ];

    /// <summary>The error of an answer that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="subject">What was asked for.</param>
    /// <param name="options">Who asked.</param>
    /// <param name="isOwnHost">Whether the Hub itself answers, and not a host that it redirected to.</param>
    public static Exception From(HttpResponseMessage response, HubSubject subject, HubOptions options, bool isOwnHost)
    {
        // The addresses that the Hub redirects to are signed, and run out: 403 then; another try gets a new one.
        if (TransientCodes.Contains(response.StatusCode) || (!isOwnHost && response.StatusCode == HttpStatusCode.Forbidden))
        {
            return new TransientException(
                new HubException(
                    HubFailure.Unavailable, $"{subject}: {Host(response, options)} answers {Status(response)}. Try again later."),

                RetryAfter(response, options.TimeProvider));
        }
        (HubFailure failure, string text) = Explain(response, subject, options);
        return new HubException(failure, text);
    }

    /// <summary>The error of a host that does not answer.</summary>
    public static TransientException Unreachable(string host, HubSubject subject, Exception? error, string? reason = null) => new(
        new HubException(HubFailure.Network, $"{subject}: {host} cannot be reached: {(reason ?? error?.Message)?.TrimEnd('.')}. "
            + "Check the connection, the proxy and HF_ENDPOINT.", error));

    private static (HubFailure Failure, string Text) Explain(HttpResponseMessage response, HubSubject subject, HubOptions options)
    {
        string code = Header(response, "X-Error-Code"), message = Header(response, "X-Error-Message");
        string page = $"{options.Endpoint}/{subject.Repository}";
        bool hasToken = options.Token is not null;
        if (code == "GatedRepo")
        {
            return (HubFailure.Gated, hasToken
                ? $"{subject.Repository} is gated, and the account of the token from {options.TokenOrigin} has no access. "
                    + $"Accept the conditions at {page} (some authors approve by hand); "
                    + "a fine-grained token also needs the right to read gated repositories."
                : $"{subject.Repository} is gated. Accept its conditions at {page}, make a token at {options.Endpoint}/settings/tokens, "
                    + "and set HF_TOKEN to it.");
        }
        if (code == "RevisionNotFound")
        {
            return (HubFailure.RevisionNotFound,
                $"{subject.Repository} has no revision '{subject.Revision}'. Its branches and tags are listed at {page}/tree/main.");
        }
        if (code == "EntryNotFound" || (code.Length == 0 && subject.File is not null && response.StatusCode == HttpStatusCode.NotFound))
        {
            return (HubFailure.EntryNotFound,
                $"{subject.Repository} has no file '{subject.File}' at revision '{subject.Revision}'. See {page}/tree/main.");
        }
        if (response.StatusCode == HttpStatusCode.Unauthorized
            && message.StartsWith("Invalid credentials", StringComparison.OrdinalIgnoreCase))
        {
            return (HubFailure.Unauthorized, $"{subject}: the Hub does not accept the token from {options.TokenOrigin}: '{message}'. "
                + $"Make a new one at {options.Endpoint}/settings/tokens.");
        }
        // To those who may not see it, a private repository is one that is not there: the Hub says 401 of both.
        if (code == "RepoNotFound" || response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound)
        {
            return (HubFailure.RepositoryNotFound,
                $"{options.Endpoint} has no repository '{subject.Repository}', or it is private. Check the name; "
                + (hasToken ? $"the token from {options.TokenOrigin} does not open it." : "for a private one set HF_TOKEN."));
        }
        string detail = message.Length > 0 ? $": {message}" : "";
        return response.StatusCode == HttpStatusCode.Forbidden
            ? (HubFailure.Unauthorized, $"{subject}: the Hub refuses it{detail}. "
                + (hasToken ? $"The token from {options.TokenOrigin} needs more rights." : "Set HF_TOKEN to a token that may."))
            : (HubFailure.Protocol, $"{subject}: {Host(response, options)} answers {Status(response)}{detail}.");
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        RetryConditionHeaderValue? header = response.Headers.RetryAfter;
        TimeSpan? wish = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        // The Hub's own: r calls are left of the window, which begins anew in t seconds.
        if (wish is null && RateLimit().Match(Header(response, "RateLimit")) is { Success: true } match)
            wish = TimeSpan.FromSeconds(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        return wish > TimeSpan.Zero ? wish : null;
    }

    private static string Status(HttpResponseMessage response) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} ({response.StatusCode})");

    private static string Host(HttpResponseMessage response, HubOptions options) =>
        response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Authority) ?? options.Endpoint;

    /// <summary>The text of a header, in one line and not for ever.</summary>
    private static string Header(HttpResponseMessage response, string name)
    {
        string text = response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : "";
        return string.Concat(text.Take(LongestMessage).Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim();
    }

    [GeneratedRegex(@"(?:^|;)\s*r=0\s*;\s*t=([0-9]{1,6})\b")]
    private static partial Regex RateLimit();
}
