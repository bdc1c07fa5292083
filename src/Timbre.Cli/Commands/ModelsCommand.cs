using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Timbre.Hub;
using Timbre.Loading;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre models</c>: what Timbre can load, and what is on this disk.</summary>
internal sealed class ModelsCommand : Verb
{
    private readonly Option<bool> _json = Flags.Switch("--json", "Write JSON.");
    private readonly Option<bool> _markdown = Flags.Switch("--markdown", "Write the families as the page docs/models.md.");

    public ModelsCommand(CommandHost host) : base(
        "models", "List the model families, and the models on disk and in the cache of the Hub.", host,
        "timbre models", "timbre models --json", "timbre models --markdown > docs/models.md")
    {
        Options.Add(_json);
        Options.Add(_markdown);
    }

    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_markdown))
            Host.Output.Write(ModelsPage.Write());
        else if (parsed.GetValue(_json))
            WriteJson(CacheOf(parsed));
        else
            WriteColumns(CacheOf(parsed));
        return Task.FromResult(ExitCode.Done);
    }

    private void WriteColumns(HubCache cache)
    {
        Host.Output.WriteLine("Families:");
        Columns.Write(Host.Output, [.. ModelRegistry.Families.Select(family =>
            new[] { "  " + family.Name, string.Join(", ", Abilities(family.Capabilities)), family.Description })]);
        Host.Output.WriteLine();
        Host.Output.WriteLine("On disk:");
        string[][] models = [.. Host.Catalog.EnumerateModels().Select(model =>
            new[] { "  " + model.Name, model.Family.Name, Megabytes(SizeOf(model.Folder)), model.Folder })];
        Columns.Write(Host.Output, models);
        if (models.Length == 0)
            Host.Output.WriteLine($"  none in {string.Join(", ", Host.Catalog.Folders.DefaultIfEmpty("any folder: set TIMBRE_MODELS"))}");
        Host.Output.WriteLine();
        Host.Output.WriteLine($"From the Hub, in {cache.Folder}:");
        string[][] downloads = [.. cache.EnumerateRepositories().Select(repository => new[]
        {
            "  " + repository.Name, HubModels.FamilyOf(repository)?.Name ?? "-", Megabytes(repository.Size),
            string.Join("; ", repository.Revisions.Select(revision => revision.ShortName)),
        })];
        Columns.Write(Host.Output, downloads);
        if (downloads.Length == 0)
            Host.Output.WriteLine("  none: timbre pull owner/name");
    }

    private void WriteJson(HubCache cache) => Json.Write(Host.Output, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("families");
        foreach (ModelFamily family in ModelRegistry.Families)
        {
            json.WriteStartObject();
            json.WriteString("name", family.Name);
            json.WriteString("description", family.Description);
            json.WriteStrings("capabilities", Abilities(family.Capabilities));
            json.WriteStrings("model_types", family.ModelTypes);
            json.WriteStrings("layouts", family.Layouts);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("models");
        foreach (ModelEntry model in Host.Catalog.EnumerateModels())
        {
            json.WriteStartObject();
            json.WriteString("name", model.Name);
            json.WriteString("family", model.Family.Name);
            json.WriteNumber("bytes", SizeOf(model.Folder));
            json.WriteString("folder", model.Folder);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("downloads");
        foreach (CachedRepository repository in cache.EnumerateRepositories())
            WriteDownload(json, repository);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteDownload(Utf8JsonWriter json, CachedRepository repository)
    {
        json.WriteStartObject();
        json.WriteString("name", repository.Name);
        json.WriteString("family", HubModels.FamilyOf(repository)?.Name);
        json.WriteNumber("bytes", repository.Size);
        json.WriteString("folder", repository.Folder);
        json.WriteString("last_used", repository.LastUsed);
        json.WriteStartArray("revisions");
        foreach (CachedRevision revision in repository.Revisions)
        {
            json.WriteStartObject();
            json.WriteString("commit", revision.Commit);
            json.WriteStrings("names", revision.Names);
            json.WriteNumber("bytes", revision.Size);
            json.WriteString("folder", revision.Folder);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private HubCache CacheOf(ParseResult parsed) => new(GlobalOptions.HubOptionsOf(parsed, Host).CacheFolder);

    /// <summary>The capabilities in words.</summary>
    internal static IEnumerable<string> Abilities(ModelCapabilities capabilities)
    {
        if (capabilities.HasFlag(ModelCapabilities.TextToSpeech))
            yield return "text to speech";
        if (capabilities.HasFlag(ModelCapabilities.SpeechToText))
            yield return "speech to text";
    }

    private static long SizeOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    /// <summary>A size for people.</summary>
    internal static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0 MB", CultureInfo.InvariantCulture);
}
