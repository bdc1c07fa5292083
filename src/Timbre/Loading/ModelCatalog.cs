namespace Timbre.Loading;

/// <summary>
/// Finds model folders by name: in the folders of <c>TIMBRE_MODELS</c>, then in the <c>models</c> folder that stands beside the program
/// (published, or installed as a tool) or above it (a source checkout).
/// </summary>
public sealed class ModelCatalog
{
    private const string FolderName = "models";

    /// <summary>A catalog over these folders, earlier ones first.</summary>
    public ModelCatalog(IEnumerable<string> folders) => Folders = [.. folders.Select(Path.GetFullPath).Distinct()];

    /// <summary>The catalog of this process.</summary>
    public static ModelCatalog Default { get; } = new(DefaultFolders());

    /// <summary>The folders that are searched.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The folder or weight file of a model: a path that exists, or the name of a folder in the catalog.</summary>
    /// <exception cref="ModelNotSupportedException">Neither is there; the message says where was looked.</exception>
    public string Find(string model)
    {
        if (Directory.Exists(model) || File.Exists(model))
            return model;
        return TryFind(model) ?? throw new ModelNotSupportedException(
            $"'{model}' is neither a folder, nor a weight file, nor one of the models found "
            + $"({string.Join(", ", EnumerateModels().Select(model => model.Name))}). "
            + $"Looked in: {string.Join(", ", Folders)}. Name a folder, add its parent to TIMBRE_MODELS, or name a repository of the Hub: owner/name.");
    }

    /// <summary>The folder of that name in the catalog, or null; for models and for data such as lexicons.</summary>
    public string? TryFind(string name)
    {
        if (name.Length == 0 || Path.GetFileName(name) != name || name is "." or "..")
            return null;
        return Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists);
    }

    /// <summary>Looks for models: folders of the catalog with a config that a family answers to.</summary>
    public IEnumerable<ModelEntry> EnumerateModels() =>
        from folder in Folders.Where(Directory.Exists)
        from model in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
        let family = FamilyOf(model)
        where family is not null
        select new ModelEntry(model, family);

    /// <summary>The family of a model folder, or null when none answers to its config.</summary>
    public static ModelFamily? FamilyOf(string folder)
    {
        try
        {
            using ModelFiles files = ModelFiles.Open(folder);
            return ModelRegistry.Find(files);
        }
        catch (Exception error) when (error is ModelNotSupportedException or WeightException)
        {
            return null;
        }
    }

    /// <summary>The first model of the catalog that can do what is asked, or null.</summary>
    public string? FirstWith(ModelCapabilities capability) =>
        EnumerateModels().FirstOrDefault(model => model.Family.Capabilities.HasFlag(capability))?.Folder;

    private static IEnumerable<string> DefaultFolders()
    {
        string? named = Environment.GetEnvironmentVariable("TIMBRE_MODELS");
        foreach (string folder in (named ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            yield return folder;
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string models = Path.Combine(folder, FolderName);
            // Beside the program, or in the checkout that it was built in: the one with the solution.
            if (Directory.Exists(models) && (folder == AppContext.BaseDirectory || File.Exists(Path.Combine(folder, "Timbre.slnx"))))
                yield return models;
        }
    }
}
