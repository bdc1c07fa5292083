using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Timbre.Hub;

/// <summary>
/// Sends requests to the Hub: with the token to the Hub's own host only, following redirects, and never when offline. All of its errors are
/// <see cref="HubException"/> or, where another try may help, <see cref="TransientException"/>.
/// </summary>
internal sealed class HubHttp
{
    private const int MostRedirects = 8;
    private const long LongestJson = 64 << 20;
    private const string JsonType = "application/json";

    // One pool of connections for the process. Redirects are followed here, since the handler would drop the token where a repository was
    // renamed; bodies come as they are, since their lengths and hashes are checked.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    private static readonly string UserAgent = $"timbre/{typeof(HubHttp).Assembly.GetName().Version?.ToString(3)}";

    private readonly Uri _endpoint;

    public HubHttp(HubOptions options, ILogger logger)
    {
        Options = options;
        Retry = new HubRetry(options, logger);
        if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out Uri? endpoint) || endpoint.Scheme is not ("https" or "http"))
            throw new ArgumentException($"'{options.Endpoint}' is not the address of a Hub: https://host. Check HF_ENDPOINT.");
        if (options.Token?.All(letter => letter is > ' ' and < '\x7f') == false)
            throw new ArgumentException($"the token from {options.TokenOrigin} is none: it has letters that no token has.");
        _endpoint = endpoint;
    }

    public HubOptions Options { get; }

    public HubRetry Retry { get; }

    /// <summary>An address of the Hub.</summary>
    /// <param name="path">Below the endpoint; its parts escaped.</param>
    public Uri Address(string path) => new($"{Options.Endpoint.TrimEnd('/')}/{path}");

    /// <summary>Whether an address is on the Hub's own host.</summary>
    public bool IsOwn(Uri address) => address.GetLeftPart(UriPartial.Authority) == _endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>Gets an address, once; the answer is a success, or 416 where a range was asked for.</summary>
    public async Task<HubAnswer> GetAsync(Uri address, HubSubject subject, long from, CancellationToken cancellationToken)
    {
        string? etag = null, commit = null;
        for (int hop = 0; hop <= MostRedirects; hop++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (from > 0)
                request.Headers.Range = new RangeHeaderValue(from, null);
            HttpResponseMessage response = await SendAsync(request, subject, cancellationToken).ConfigureAwait(false);
            if (IsOwn(address))
            {
                etag = EtagOf(response) ?? etag;
                commit = ValueOf(response, "X-Repo-Commit") ?? commit;
            }
            if (response.IsSuccessStatusCode || (from > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
                return new HubAnswer(response, etag, commit);
            using (response)
                address = RedirectOf(response, address, subject) ?? throw HubErrors.From(response, subject, Options, IsOwn(address));
        }
        throw new HubException(HubFailure.Protocol, $"{subject}: {Options.Endpoint} redirects more than {MostRedirects} times.");
    }

    /// <summary>Gets JSON, with retries.</summary>
    /// <param name="address">Where.</param>
    /// <param name="subject">What about.</param>
    /// <param name="retries">How many tries may follow the first.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="unreachableRetries">How many of them where nobody answers.</param>
    /// <returns>The document and the address of the next page, or null.</returns>
    public Task<(JsonDocument Json, Uri? Next)> GetJsonAsync(
        Uri address, HubSubject subject, int retries, CancellationToken cancellationToken, int unreachableRetries = int.MaxValue) =>
        Retry.ExecuteAsync(async token =>
        {
            using HubAnswer answer = await GetAsync(address, subject, from: 0, token).ConfigureAwait(false);
            return (await ReadJsonAsync(answer.Message, subject, token).ConfigureAwait(false), NextPage(answer.Message, address, subject));
        }, retries, cancellationToken, unreachableRetries);

    /// <summary>Posts JSON and gets JSON, with retries.</summary>
    public Task<JsonDocument> PostJsonAsync(
        Uri address, JsonNode body, HubSubject subject, CancellationToken cancellationToken, string mediaType = JsonType) =>
        Retry.ExecuteAsync(async token =>
        {
            using HttpRequestMessage request = JsonRequest(address, body, mediaType);
            using HttpResponseMessage response = await SendAsync(request, subject, token).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? await ReadJsonAsync(response, subject, token).ConfigureAwait(false)
                : throw HubErrors.From(response, subject, Options, IsOwn(address));
        }, Options.Retries, cancellationToken);

    /// <summary>A request that posts JSON and wants JSON.</summary>
    public static HttpRequestMessage JsonRequest(Uri address, JsonNode body, string mediaType = JsonType)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, mediaType),
        };
        request.Headers.TryAddWithoutValidation("Accept", mediaType);
        return request;
    }

    /// <summary>Sends a request, once, without following redirects. The token goes along where the address is the Hub's own.</summary>
    /// <exception cref="TransientException">No answer came.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HubSubject subject, CancellationToken cancellationToken)
    {
        if (Options.Offline)
            throw new HubException(HubFailure.Offline, $"{subject}: the network may not be touched (HF_HUB_OFFLINE, --offline).");
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (Options.Token is { } token && IsOwn(request.RequestUri!))
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Only until the answer begins; its body is watched by its reader. What is sent is given more time, and more with each part.
        TimeSpan limit = request.Content is null ? Options.RequestTimeout : Options.SendTimeout;
        timeout.CancelAfter(limit);
        if (request.Content is WatchedContent watched)
            watched.Moved = () => Restart(timeout, limit);
        string host = request.RequestUri!.GetLeftPart(UriPartial.Authority);
        try
        {
            return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw HubErrors.Unreachable(host, subject, error, $"no answer in {limit.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException error)
        {
            throw HubErrors.Unreachable(host, subject, error);
        }
    }

    /// <summary>Reads JSON, of a bounded length.</summary>
    public async Task<JsonDocument> ReadJsonAsync(HttpResponseMessage response, HubSubject subject, CancellationToken cancellationToken)
    {
        string host = response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Authority);
        TransientException Fail(Exception error, string? reason) => HubErrors.Unreachable(host, subject, error, reason);
        BodyReader body = await BodyReader.OpenAsync(response, Options.StallTimeout, Fail, cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var whole = new MemoryStream();
            byte[] buffer = new byte[1 << 16];
            while (await body.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
            {
                if (whole.Length + count > LongestJson)
                    throw new HubException(HubFailure.Protocol, $"{subject}: {host} sends more than {LongestJson >> 20} MiB of JSON.");
                whole.Write(buffer, 0, count);
            }
            try
            {
                return JsonDocument.Parse(whole.GetBuffer().AsMemory(0, (int)whole.Length), new JsonDocumentOptions { MaxDepth = 32 });
            }
            catch (JsonException error)
            {
                throw new HubException(
                    HubFailure.Protocol, $"{subject}: {host} does not send JSON. Is it a Hub (HF_ENDPOINT), or a proxy's page?", error);
            }
        }
    }

    private static void Restart(CancellationTokenSource timeout, TimeSpan limit)
    {
        try
        {
            timeout.CancelAfter(limit);
        }
        catch (ObjectDisposedException)
        {
            // The answer came before all was sent.
        }
    }

    /// <summary>The name of a content that a header gives: quotes, and the mark of a weak one, are not part of it.</summary>
    private static string? EtagOf(HttpResponseMessage response)
    {
        string? etag = ValueOf(response, "X-Linked-Etag") ?? ValueOf(response, "ETag");
        return etag is null ? null : (etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag).Trim('"');
    }

    private static string? ValueOf(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    private Uri? RedirectOf(HttpResponseMessage response, Uri from, HubSubject subject)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            return null;
        var target = new Uri(from, location);
        return target.Scheme is "https" || target.Scheme == from.Scheme ? target : throw new HubException(
            HubFailure.Protocol, $"{subject}: {from.Host} redirects to '{target.Scheme}', which is not safe.");
    }

    /// <summary>The address behind <c>rel="next"</c>; on another host than the Hub's it is refused, since the token goes along.</summary>
    private Uri? NextPage(HttpResponseMessage response, Uri from, HubSubject subject)
    {
        if (ValueOf(response, "Link") is not { } link)
            return null;
        foreach (string part in link.Split(','))
        {
            int open = part.IndexOf('<', StringComparison.Ordinal), close = part.IndexOf('>', StringComparison.Ordinal);
            if (open < 0 || close < open || !part.AsSpan(close).Contains("rel=\"next\"", StringComparison.Ordinal))
                continue;
            return Uri.TryCreate(from, part[(open + 1)..close], out Uri? next) && IsOwn(next) ? next : throw new HubException(
                HubFailure.Protocol, $"{subject}: the next page of the list is said to be on another host.");
        }
        return null;
    }
}
