using System.CommandLine;
using Timbre.Loading;

namespace Timbre.Cli;

/// <summary>The option <c>--model</c>, and what it chooses.</summary>
internal static class ModelChoice
{
    public static Option<string?> Option(CommandHost host, ModelCapabilities capability)
    {
        Option<string?> option = Flags.Text("--model", "A model folder, or the name of a model that 'timbre models' lists.", "model", "-m");
        option.CompletionSources.Add(_ => host.Catalog.EnumerateModels()
            .Where(model => model.Family.Capabilities.HasFlag(capability))
            .Select(model => model.Name));
        return option;
    }

    /// <summary>The voices of a model folder, without loading it; of the first model that speaks when none is named.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such model, or it has no voices.</exception>
    public static IReadOnlyList<VoiceInfo> VoicesOf(CommandHost host, string? model)
    {
        string folder = model is not null ? host.Catalog.Find(model) : host.Catalog.FirstWith(ModelCapabilities.TextToSpeech)
            ?? throw new ModelNotSupportedException($"no model that speaks was found in: {string.Join(", ", host.Catalog.Folders)}.");
        IReadOnlyList<VoiceInfo> voices = ModelCatalog.FamilyOf(folder)?.VoicesIn(folder) ?? [];
        return voices.Count > 0 ? voices : throw new ModelNotSupportedException($"{folder}: holds no voices.");
    }
}
