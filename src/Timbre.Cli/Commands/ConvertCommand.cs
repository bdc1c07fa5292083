using System.CommandLine;
using System.Globalization;
using Timbre.Conversion;
using Timbre.Loading;

namespace Timbre.Cli.Commands;

/// <summary><c>timbre convert</c>: packs, unpacks or casts a model's weights, or brings them to another layout.</summary>
internal sealed class ConvertCommand : Verb
{
    private static readonly string[] Types = ["auto", "float32", "float16", "bfloat16"];

    private readonly Argument<string> _source = new("source")
    {
        Description = "A folder, the name of a model that 'timbre models' lists, or a repository of the Hub: owner/name.",
    };

    private readonly Option<string?> _output = Flags.Text("--output", "The folder to make.", "folder", "-o");
    private readonly Option<bool> _quantize = Flags.Switch("--quantize", "Pack linear and embedding layers.", "-q");
    private readonly Option<string> _mode = Flags.Choice("--mode", "The packed format.", "affine", [.. ConversionOptions.Modes]);
    private readonly Option<int?> _bits = Flags.Whole("--bits", "Bits of a packed weight: 2, 3, 4, 5, 6 or 8 for affine.", 1);
    private readonly Option<int?> _groupSize = Flags.Whole("--group-size", "Weights that share a scale: 32, 64 or 128 for affine.", 1);
    private readonly Option<string?> _recipe = Flags.Text(
        "--recipe", $"More bits where errors cost most: {string.Join(", ", ConversionOptions.Recipes)}.", "recipe");
    private readonly Option<bool> _dequantize = Flags.Switch("--dequantize", "Unpack a quantized model.", "-d");
    private readonly Option<string> _type = Flags.Choice("--dtype", "The type of what stays float; auto keeps it.", Types[0], Types);
    private readonly Option<string> _layout = Flags.Choice(
        "--layout", "Names and axes: MLX's, or the original's for transformers.", "mlx", "mlx", "torch");
    private readonly Option<string?> _domain;
    private readonly Option<string?> _revision = ModelChoice.RevisionOption();
    private readonly Option<string?> _upload = Flags.Text(
        "--upload", "Upload the result with a model card to this repository of the Hub: owner/name.", "repository");
    private readonly Option<bool> _force = Flags.Switch("--force", "Replace a model that is there.");
    private readonly Option<bool> _check = Flags.Switch("--check", "Load the result, and report how far it is from the source.");
    private readonly Option<bool> _json = Flags.Switch("--json", "Write the summary as JSON.");

    public ConvertCommand(CommandHost host) : base(
        "convert", "Quantize a model, or bring it to another type or layout.", host,
        "timbre convert whisper-base-8bit -o whisper-base-4bit --quantize --bits 4 --check",
        "timbre convert openai/whisper-small -o whisper-small-4bit --quantize --upload me/whisper-small-4bit",
        "timbre convert ./kokoro-82m -o ./kokoro-bf16 --dtype bfloat16",
        "timbre convert ./whisper-base-4bit -o ./whisper-hf --dequantize --layout torch")
    {
        string[] domains = [.. Enum.GetNames<ModelDomain>().Select(name => name.ToLowerInvariant())];
        string open = $"What the model is for, where its config leaves that open: {string.Join(", ", domains)}.";
        _domain = Flags.Text("--model-domain", open, "domain").Completing(domains);
        _source.CompletionSources.Add(_ => host.Catalog.EnumerateModels().Select(model => model.Name));
        _recipe.Completing([.. ConversionOptions.Recipes]);
        _output.Required = true;
        Arguments.Add(_source);
        Option[] options =
        [
            _output, _quantize, _mode, _bits, _groupSize, _recipe, _dequantize, _type, _layout, _domain, _revision, _upload,
            _force, _check, _json,
        ];
        foreach (Option option in options)
            Options.Add(option);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        LoadOptions load = GlobalOptions.LoadOptionsOf(parsed, Host) with { Revision = parsed.GetValue(_revision) };
        string? repository = parsed.GetValue(_upload);
        if (repository is not null)
            ConversionHub.CheckUpload(repository, load.Hub);
        bool shown = !parsed.GetValue(GlobalOptions.Quiet);
        (string Path, string? Repository) source = await DownloadDisplay.RunAsync(Host, shown, "finding the model", progress =>
            ConversionHub.LocateAsync(parsed.GetRequiredValue(_source), load with { DownloadProgress = progress }, cancellationToken));
        ConversionSummary summary = await ProgressDisplay.RunAsync(Host, shown, "converting", report =>
            ModelConverter.ConvertAsync(OptionsOf(parsed, source.Path), new Progress(report), cancellationToken));
        ConversionCheck? check = parsed.GetValue(_check)
            ? await ProgressDisplay.RunAsync(Host, shown, "checking", _ => ConversionCheck.RunAsync(
                source.Path, summary.Output, load with { Revision = null }, DomainOf(parsed.GetValue(_domain)), cancellationToken))
            : null;
        string? page = repository is null ? null : await DownloadDisplay.RunAsync(Host, shown, "uploading", progress =>
            ConversionHub.UploadAsync(summary, repository, source, load.Hub, progress, cancellationToken));
        Write(parsed, summary, check, page);
        return ExitCode.Done;
    }

    private void Write(ParseResult parsed, ConversionSummary summary, ConversionCheck? check, string? page)
    {
        if (parsed.GetValue(_json))
        {
            Json.Write(Host.Output, json => ConversionJson.Write(json, summary, check, page));
            return;
        }
        var rows = new List<string[]>();
        if (!parsed.GetValue(GlobalOptions.Quiet))
            rows.AddRange(ConversionReport.Rows(summary));
        // Asked for, so it is said whether remarks are wanted or not.
        if (check is not null)
            rows.AddRange(ConversionReport.Rows(check));
        Columns.Write(Host.Error, rows);
        Host.Output.WriteLine(summary.Output);
        if (page is not null)
            Host.Output.WriteLine(page);
    }

    private ConversionOptions OptionsOf(ParseResult parsed, string source) => new()
    {
        Source = source,
        Output = parsed.GetValue(_output)!,
        Quantize = parsed.GetValue(_quantize),
        Mode = parsed.GetRequiredValue(_mode),
        Bits = parsed.GetValue(_bits),
        GroupSize = parsed.GetValue(_groupSize),
        Recipe = parsed.GetValue(_recipe),
        Dequantize = parsed.GetValue(_dequantize),
        DataType = TypeOf(parsed.GetRequiredValue(_type)),
        Layout = Enum.Parse<ConversionLayout>(parsed.GetRequiredValue(_layout), ignoreCase: true),
        Domain = DomainOf(parsed.GetValue(_domain)),
        Force = parsed.GetValue(_force),
    };

    private static Precision TypeOf(string name) => name == Types[0] ? Precision.Automatic : Enum.Parse<Precision>(name, ignoreCase: true);

    private static ModelDomain? DomainOf(string? name) => name is null ? null
        : Enum.TryParse(name, ignoreCase: true, out ModelDomain domain) && !int.TryParse(name, CultureInfo.InvariantCulture, out _) ? domain
        : throw new UsageException(
            $"--model-domain takes {string.Join(", ", Enum.GetNames<ModelDomain>()).ToLowerInvariant()}, not '{name}'.");

    private sealed class Progress(Action<double> report) : IProgress<ConversionProgress>
    {
        public void Report(ConversionProgress value) => report((double)value.BytesWritten / Math.Max(1, value.BytesTotal));
    }
}
