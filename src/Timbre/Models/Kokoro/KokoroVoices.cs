using System.Collections.Concurrent;
using System.Globalization;
using Timbre.Text.Phonemes;

namespace Timbre.Models.Kokoro;

/// <summary>
/// The voices of a model: the files of its folder <c>voices</c>, or of a folder <c>kokoro_voices</c> beside the model, which several
/// conversions of it may share, or of the folder <c>voices</c> of a companion.
/// </summary>
internal sealed class KokoroVoices
{
    private const string DefaultVoice = "af_heart";
    private static readonly string[] Extensions = [".safetensors", ".bin", ".pt"];

    private readonly SortedDictionary<string, string> _paths;
    private readonly ConcurrentDictionary<string, VoicePack> _packs = [];
    private readonly string _folder;
    private readonly int _width;

    /// <summary>Lists the voices; each is read when it is first asked for.</summary>
    /// <param name="modelFolder">The model's folder.</param>
    /// <param name="width">Values of a style vector.</param>
    /// <param name="companions">Folders of other models whose voices it may use.</param>
    public KokoroVoices(string modelFolder, int width, IReadOnlyList<string>? companions = null)
    {
        (_folder, _width) = (Path.Combine(modelFolder, "voices"), width);
        _paths = Find(modelFolder, companions ?? []);
        List = Describe(_paths);
    }

    /// <summary>The files that are voices, in a repository.</summary>
    public static IReadOnlyList<string> Patterns { get; } = [.. Extensions.Select(extension => "voices/*" + extension)];

    /// <summary>The voices of a model folder and its companions, without reading them.</summary>
    public static IReadOnlyList<VoiceInfo> ListIn(string modelFolder, IReadOnlyList<string> companions) => Describe(Find(modelFolder, companions));

    /// <summary>The voices by name.</summary>
    public IReadOnlyList<VoiceInfo> List { get; }

    /// <summary>What is spoken with where nothing is said: <c>af_heart</c>, else the first voice there is.</summary>
    public string Default => _paths.ContainsKey(DefaultVoice) ? DefaultVoice : _paths.Keys.FirstOrDefault(DefaultVoice);

    /// <summary>
    /// Reads a voice: a name, the path of a file, or a blend <c>name:weight+name:weight</c>. A comma separates as a plus does, a weight left
    /// out is 1, and the weights are shares of their sum.
    /// </summary>
    /// <exception cref="ArgumentException">A name is unknown (the message lists the voices) or a weight is not a positive number.</exception>
    /// <exception cref="WeightException">A file is not a voice.</exception>
    public VoicePack Load(string? voice)
    {
        voice ??= Default;
        if (IsVoiceFile(voice) && File.Exists(voice))
            return VoicePack.Read(voice, _width);
        return VoicePack.Blend([.. voice.Split('+', ',').Select(part => Part(part.Trim()))]);
    }

    /// <summary>The language of a voice, by its first letter; null where that says nothing.</summary>
    public static PhonemeLanguage? LanguageOf(string voice) =>
        voice.Length == 0 ? null : PhonemeLanguage.All.FirstOrDefault(language => language.Letter == voice[0]);

    /// <summary>The first name of a blend, which tells the language.</summary>
    public string LeadingName(string? voice)
    {
        string first = (voice ?? Default).Split('+', ',')[0].Trim();
        return Path.GetFileNameWithoutExtension(SplitWeight(first).Name);
    }

    private static SortedDictionary<string, string> Find(string modelFolder, IReadOnlyList<string> companions)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string own = Path.Combine(modelFolder, "voices"), shared = Path.Combine(modelFolder, "..", "kokoro_voices");
        IEnumerable<string> folders = [own, shared, .. companions.Select(companion => Path.Combine(companion, "voices"))];
        foreach (string folder in folders.Where(Directory.Exists))
        {
            foreach (string path in Directory.EnumerateFiles(folder).Where(IsVoiceFile).Order(StringComparer.Ordinal))
                paths.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        }
        return paths;
    }

    private static VoiceInfo[] Describe(SortedDictionary<string, string> paths) =>
        [.. paths.Keys.Select(name => new VoiceInfo(name, LanguageOf(name)?.Tag ?? "und"))];

    private (VoicePack Pack, double Weight) Part(string part)
    {
        (string name, string? weight) = SplitWeight(part);
        double share = 1;
        if (weight is not null && (!double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out share) || !(share > 0) || !double.IsFinite(share)))
            throw new ArgumentException($"voice '{part}': the weight '{weight}' is not a positive number. A blend reads af_heart:0.6+af_bella:0.4.");
        if (_paths.TryGetValue(name, out string? path))
            return (_packs.GetOrAdd(name, _ => VoicePack.Read(path, _width)), share);
        if (IsVoiceFile(name) && File.Exists(name))
            return (VoicePack.Read(name, _width), share);
        throw new ArgumentException(_paths.Count == 0
            ? $"voice '{name}' is unknown: {_folder} holds no voices. Put <name>.safetensors, <name>.pt or <name>.bin there, "
                + "or let 'timbre pull' fetch them."
            : $"voice '{name}' is unknown. There are: {string.Join(", ", _paths.Keys)}.");
    }

    /// <summary>The colon before a weight is the last one, and not that of a drive.</summary>
    private static (string Name, string? Weight) SplitWeight(string part)
    {
        int colon = part.LastIndexOf(':');
        return colon < 0 || part.AsSpan(colon).IndexOfAny('/', '\\') >= 0 ? (part, null) : (part[..colon].Trim(), part[(colon + 1)..].Trim());
    }

    private static bool IsVoiceFile(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
