using System.Text;
using Timbre.Cli.Commands;
using Timbre.Loading;

namespace Timbre.Cli;

/// <summary>The page docs/models.md, written from the registry.</summary>
internal static class ModelsPage
{
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append("# Model families\n\n");
        page.Append("Written by `./timbre models --markdown > docs/models.md` from the registry; a test compares them.\n\n");
        page.Append("| family | what it is | can do | `model_type` | layouts |\n|---|---|---|---|---|\n");
        foreach (ModelFamily family in ModelRegistry.Families)
        {
            page.Append($"| {family.Name} | {family.Description} | {string.Join(", ", ModelsCommand.Abilities(family.Capabilities))} ");
            page.Append($"| {Recognised(family)} | {string.Join(", ", family.Layouts)} |\n");
        }
        return page.ToString();
    }

    private static string Recognised(ModelFamily family)
    {
        string types = string.Join(", ", family.ModelTypes.Select(type => $"`{type}`"));
        return family.MarkerKeys.Count == 0 ? types : $"{types}; else the keys {string.Join(", ", family.MarkerKeys.Select(key => $"`{key}`"))}";
    }
}
