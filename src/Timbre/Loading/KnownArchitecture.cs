namespace Timbre.Loading;

/// <summary>How an architecture that people publish is recognised.</summary>
/// <param name="Domain">What it is for.</param>
/// <param name="Name">mlx-audio's name of it, which a converted config has as <c>model_type</c>.</param>
/// <param name="Title">Its name for people.</param>
internal sealed record KnownArchitecture(ModelDomain Domain, string Name, string Title)
{
    /// <summary>Values of <c>model_type</c> and the like, besides the name.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Top-level keys of the config that all have to be there.</summary>
    public IReadOnlyList<string> Markers { get; init; } = [];

    /// <summary>Values of the config's <c>architectures</c>.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Beginnings of a NeMo config's <c>target</c>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Words of a folder's or repository's name, with blanks between them; null stands for those of <see cref="Name"/>.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>For messages: <c>Parakeet (speech to text)</c>.</summary>
    public string Description => $"{Title} ({DomainNames[Domain]})";

    private static Dictionary<ModelDomain, string> DomainNames { get; } = new()
    {
        [ModelDomain.Tts] = "text to speech",
        [ModelDomain.Stt] = "speech to text",
        [ModelDomain.Sts] = "speech to speech",
        [ModelDomain.Lid] = "language identification",
        [ModelDomain.Music] = "music",
        [ModelDomain.Vad] = "voice activity, turns and speakers",
    };

    /// <summary>Whether a config's type names it.</summary>
    public bool HasType(string type) =>
        Name.Equals(type, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(type, StringComparer.OrdinalIgnoreCase);

    /// <summary>How many words of the longest of its names stand side by side in a folder's name; 0 for none.</summary>
    public int WordsIn(IReadOnlyList<string> folder)
    {
        int longest = 0;
        foreach (string name in Words ?? [Name])
        {
            string[] words = name.Split('_', ' ');
            for (int start = 0; start + words.Length <= folder.Count; start++)
            {
                if (words.SequenceEqual(folder.Skip(start).Take(words.Length)))
                    longest = Math.Max(longest, words.Length);
            }
        }
        return longest;
    }
}
