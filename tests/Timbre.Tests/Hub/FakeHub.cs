using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Timbre.Hub;

namespace Timbre.Tests.Hub;

/// <summary>
/// A Hub on two ports of this machine: one speaks the Hub's endpoints for repositories in memory, the other serves their large files, to which
/// the first redirects. It misbehaves as it is told to.
/// </summary>
internal sealed class FakeHub : IAsyncDisposable
{
    public const string GoodToken = "hf_good", StrangerToken = "hf_stranger";

    private readonly WebApplication _hub, _storage;
    private readonly Lock _lock = new();
    private readonly List<(FakeFault Fault, int Left)> _faults = [];

    private FakeHub()
    {
        var storage = new FakeStorage(this);
        var api = new FakeHubApi(this);
        _storage = Create(storage.HandleAsync, isStorage: true);
        _hub = Create(api.HandleAsync, isStorage: false);
    }

    public string Endpoint => _hub.Urls.Single();

    public string StorageEndpoint => _storage.Urls.Single();

    public ConcurrentQueue<FakeRequest> Requests { get; } = [];

    public ConcurrentDictionary<string, FakeRepository> Repositories { get; } = [];

    /// <summary>The waits between tries that were asked for, each over at once.</summary>
    public ImmediateTime Time { get; } = new();

    /// <summary>What was uploaded to the second host: objects by their hash, parts by their hash and number.</summary>
    public ConcurrentDictionary<string, byte[]> Uploaded { get; } = [];

    /// <summary>The lengths of the parts that large files are uploaded in; null takes them whole.</summary>
    public int? PartLength { get; set; }

    /// <summary>How many files a page of a list has.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>The host that the next page of a list is said to be at.</summary>
    public string? NextPageHost { get; set; }

    /// <summary>How long each block of a body takes to come.</summary>
    public TimeSpan BlockDelay { get; set; }

    public static async Task<FakeHub> StartAsync()
    {
        var hub = new FakeHub();
        await hub._storage.StartAsync();
        await hub._hub.StartAsync();
        return hub;
    }

    public FakeRepository Add(string name) => Repositories[name] = new FakeRepository(name);

    /// <summary>A repository with one commit.</summary>
    public FakeRepository Add(string name, params FakeFile[] files)
    {
        FakeRepository repository = Add(name);
        repository.Commit(files);
        return repository;
    }

    public void Fail(FakeFault fault)
    {
        lock (_lock)
            _faults.Add((fault, fault.Times));
    }

    public void ForgetFaults()
    {
        lock (_lock)
            _faults.Clear();
    }

    public HubOptions Options(string cacheFolder) => new()
    {
        Endpoint = Endpoint,
        CacheFolder = cacheFolder,
        // On a busy machine a test must not take a slow moment for a fault.
        RequestTimeout = TimeSpan.FromSeconds(60),
        StallTimeout = TimeSpan.FromSeconds(60),
        TimeProvider = Time,
    };

    /// <summary>The fault that meets a request, which is then used up.</summary>
    public FakeFault? TakeFault(string path)
    {
        lock (_lock)
        {
            int index = _faults.FindIndex(entry => entry.Left > 0 && path.EndsWith(entry.Fault.PathEnd, StringComparison.Ordinal));
            if (index < 0)
                return null;
            (FakeFault fault, int left) = _faults[index];
            _faults[index] = (fault, left - 1);
            return fault;
        }
    }

    /// <summary>Sends a file or a part of it, with the faults that concern bodies.</summary>
    public async Task SendFileAsync(HttpContext context, byte[] content, FakeFault? fault)
    {
        HttpResponse response = context.Response;
        long from = fault?.Kind == FaultKind.IgnoreRange ? 0 : RangeOf(context.Request);
        if (from >= content.Length && content.Length > 0 && from > 0)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }
        if (from > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            long said = fault?.Kind == FaultKind.WrongRange ? from - 1 : from;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {said}-{content.Length - 1}/{content.Length}");
        }
        byte[] body = content[(int)from..];
        if (fault?.Kind == FaultKind.WrongBytes)
            body = [.. body.Select(value => (byte)(value ^ 1))];
        if (fault?.Kind == FaultKind.WrongLength)
            Array.Resize(ref body, body.Length + (int)fault.Value);
        if (fault?.Kind == FaultKind.EarlyEnd)
            Array.Resize(ref body, (int)fault.Value);
        else
            response.ContentLength = body.Length;
        await SendBodyAsync(context, body, fault);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _storage.DisposeAsync();
    }

    private async Task SendBodyAsync(HttpContext context, byte[] body, FakeFault? fault)
    {
        bool breaks = fault?.Kind is FaultKind.Drop or FaultKind.Stall;
        int length = breaks ? (int)Math.Min(fault!.Value, body.Length) : body.Length;
        const int Block = 1 << 16;
        for (int at = 0; at < length; at += Block)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(at, Math.Min(Block, length - at)), context.RequestAborted);
            if (BlockDelay > TimeSpan.Zero)
                await Task.Delay(BlockDelay, context.RequestAborted);
        }
        if (!breaks)
            return;
        await context.Response.Body.FlushAsync(context.RequestAborted);
        // A reset takes from the client what it has not read yet, hence the moment.
        await Task.Delay(fault!.Kind == FaultKind.Stall ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(20), context.RequestAborted);
        context.Abort();
    }

    private static long RangeOf(HttpRequest request)
    {
        string? range = request.Headers.Range;
        return range is null ? 0 : long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
    }

    private WebApplication Create(Func<HttpContext, FakeFault?, Task> handle, bool isStorage)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        WebApplication app = builder.Build();
        app.Run(context => MeetAsync(context, handle, isStorage));
        return app;
    }

    private async Task MeetAsync(HttpContext context, Func<HttpContext, FakeFault?, Task> handle, bool isStorage)
    {
        HttpRequest request = context.Request;
        Requests.Enqueue(new FakeRequest(request.Method, isStorage, request.Path + request.QueryString, request.Headers.Authorization, request.Headers.Range));
        FakeFault? fault = TakeFault(request.Path.Value!);
        switch (fault?.Kind)
        {
            case FaultKind.Status:
                context.Response.StatusCode = (int)fault.Value;
                if (fault.Text.Length > 0)
                    context.Response.Headers["RateLimit"] = fault.Text;
                if (fault.RetryAfter is not null)
                    context.Response.Headers.RetryAfter = fault.RetryAfter;
                break;
            case FaultKind.Silence:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case FaultKind.Body:
                await context.Response.WriteAsync(fault.Text);
                break;
            case FaultKind.Redirect:
                context.Response.Redirect(fault.Text);
                break;
            default:
                try
                {
                    await handle(context, fault);
                }
                catch (OperationCanceledException)
                {
                    // The client went away.
                }
                break;
        }
    }
}
