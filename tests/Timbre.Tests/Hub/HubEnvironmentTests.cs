using Timbre.Hub;
using Xunit;

namespace Timbre.Tests.Hub;

/// <summary>The variables of huggingface_hub, and which of them come first.</summary>
public sealed class HubEnvironmentTests : IDisposable
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("", "~/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x HF_HOME=/h", "/h/hub")]
    [InlineData("HF_HOME=~/h", "~/h/hub")]
    [InlineData("HF_HOME=/h HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old HF_HUB_CACHE=/new", "/new")]
    [InlineData("BASE=/b HF_HUB_CACHE=$BASE/c/${BASE}/$NONE", "/b/c/b/$NONE")]
    public void TheCache(string variables, string expected) =>
        Assert.Equal(Path.GetFullPath(expected.Replace("~", Home, StringComparison.Ordinal)), Read(variables).CacheFolder);

    [Theory]
    [InlineData("", false)]
    [InlineData("HF_HUB_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=on", true)]
    [InlineData("HF_HUB_OFFLINE=Yes", true)]
    [InlineData("HF_HUB_OFFLINE=TRUE", true)]
    [InlineData("HF_HUB_OFFLINE=0", false)]
    [InlineData("HF_HUB_OFFLINE=2", false)]
    [InlineData("TRANSFORMERS_OFFLINE=1", true)]
    public void Offline(string variables, bool expected) => Assert.Equal(expected, Read(variables).Offline);

    [Theory]
    [InlineData("", "of-the-file", "token")]
    [InlineData("HF_TOKEN=first HUGGING_FACE_HUB_TOKEN=second", "first", "HF_TOKEN")]
    [InlineData("HUGGING_FACE_HUB_TOKEN=second", "second", "HUGGING_FACE_HUB_TOKEN")]
    [InlineData("HF_TOKEN_PATH={0}/other", "of-the-other", "other")]
    [InlineData("HF_TOKEN_PATH={0}/none", null, "none")]
    [InlineData("HF_TOKEN=first HF_HUB_DISABLE_IMPLICIT_TOKEN=1", null, "")]
    public void TheToken(string variables, string? expected, string origin)
    {
        File.WriteAllText(_folder["token"], "  of-the-file\r\n");
        File.WriteAllText(_folder["other"], "of-the-other");
        HubOptions options = Read($"HF_HOME={_folder.Path} " + variables.Replace("{0}", _folder.Path, StringComparison.Ordinal));
        Assert.Equal(expected, options.Token);
        Assert.EndsWith(origin, options.TokenOrigin, StringComparison.Ordinal);
    }

    [Fact]
    public void TheRest()
    {
        HubOptions options = Read("HF_ENDPOINT=https://mirror.example/ HF_HUB_ETAG_TIMEOUT=3 HF_HUB_DOWNLOAD_TIMEOUT=7 HF_HUB_DISABLE_SYMLINKS=1");
        Assert.Equal("https://mirror.example", options.Endpoint);
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7), false), (options.RequestTimeout, options.StallTimeout, options.UseLinks));
        Assert.Equal(HubOptions.DefaultEndpoint, Read("").Endpoint);
        Assert.Throws<ArgumentException>(() => Read("HF_HUB_ETAG_TIMEOUT=soon"));
        Assert.Throws<ArgumentException>(() => new HubClient(Read("HF_ENDPOINT=mirror.example")));
        Assert.Throws<ArgumentException>(() => new HubClient(Read("HF_ENDPOINT=file:///etc")));
    }

    public void Dispose() => _folder.Dispose();

    private static HubOptions Read(string variables)
    {
        var table = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return HubEnvironment.Read(table.GetValueOrDefault);
    }
}
