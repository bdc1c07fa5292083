using System.Text;

namespace Timbre.Loading.Weights.Pickle;

/// <summary>
/// Everything that a pickle may name. Nothing of it is ever run: a name stands for a function of this assembly that makes data, or for an
/// object that is kept unread. What is not in these tables is refused.
/// </summary>
internal static class PickleClasses
{
    /// <summary>Containers and texts, which become their like here.</summary>
    private static readonly Dictionary<string, Func<PickleClass, object?[], object?>> Plain = new()
    {
        ["collections.OrderedDict"] = static (_, arguments) => ToDictionary(arguments),
        ["collections.Counter"] = static (_, arguments) => ToDictionary(arguments),
        ["collections.defaultdict"] = static (_, arguments) => ToDictionary(arguments is [_, .. var rest] ? rest : []),
        ["builtins.dict"] = static (_, arguments) => ToDictionary(arguments),
        ["builtins.list"] = static (_, arguments) => ToList(arguments),
        ["builtins.tuple"] = static (_, arguments) => ToList(arguments),
        ["builtins.set"] = static (_, arguments) => ToList(arguments),
        ["builtins.frozenset"] = static (_, arguments) => ToList(arguments),
        ["builtins.bytearray"] = static (_, arguments) => ToBytes(arguments),
        ["builtins.bytes"] = static (_, arguments) => ToBytes(arguments),
        ["_codecs.encode"] = static (_, arguments) => ToBytes(arguments),
    };

    /// <summary>Settings and leftovers of a training that stand beside the weights.</summary>
    private static readonly HashSet<string> Inert =
    [
        "argparse.Namespace", "types.SimpleNamespace", "copyreg._reconstructor", "typing.Any",
        "builtins.object", "builtins.int", "builtins.float", "builtins.complex", "builtins.str", "builtins.bool",
        "builtins.slice", "builtins.range",
        "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
        "pathlib.Path", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath",
        "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy.core.multiarray._reconstruct",
        "yacs.config.CfgNode", "easydict.EasyDict", "addict.addict.Dict",
        "pytorch_lightning.utilities.parsing.AttributeDict", "lightning_fabric.utilities.data.AttributeDict",
        "lightning.fabric.utilities.data.AttributeDict", "torch.torch_version.TorchVersion",
    ];

    private static readonly string[] InertPackages = ["omegaconf.", "pytorch_lightning.callbacks.", "lightning.pytorch.callbacks."];

    /// <summary>The modules that were called otherwise when, or where, the file was written.</summary>
    private static readonly (string Old, string New)[] Moved =
        [("__builtin__.", "builtins."), ("copy_reg.", "copyreg."), ("numpy._core.", "numpy.core.")];

    /// <summary>What stands for that name, or null when it is not allowed.</summary>
    public static PickleClass? Find(string module, string name)
    {
        string full = $"{module}.{name}";
        foreach ((string old, string current) in Moved)
        {
            if (full.StartsWith(old, StringComparison.Ordinal))
                full = current + full[old.Length..];
        }
        if ((Plain.GetValueOrDefault(full) ?? TorchClasses.Functions.GetValueOrDefault(full)) is { } create)
            return new PickleClass(full, create);
        bool isInert = Inert.Contains(full) || TorchClasses.TypeOf(full) is not null || TorchClasses.Inert.Contains(full)
            || Array.Exists(InertPackages, package => full.StartsWith(package, StringComparison.Ordinal));
        return isInert ? new PickleClass(full, static (named, arguments) => new PickleObject(named, arguments)) : null;
    }

    /// <summary>A dictionary that is made of one is that one: copies of copies would outgrow the file.</summary>
    private static PickleDictionary ToDictionary(object?[] arguments)
    {
        if (arguments is [PickleDictionary other])
            return other;
        var dictionary = new PickleDictionary();
        if (arguments is [List<object?> pairs])
            dictionary.Pairs.AddRange(pairs.Select(ToPair));
        else if (arguments.Length > 0)
            ToPair(null);
        return dictionary;
    }

    private static (object? Key, object? Value) ToPair(object? pair) => pair is IList<object?> and [var key, var value]
        ? (key, value) : throw new FormatException("a dictionary is made of something else than pairs");

    /// <summary>What it is made of, not copied either; only the elements of what comes out are ever read.</summary>
    private static IList<object?> ToList(object?[] arguments) => arguments switch
    {
        [] => new List<object?>(),
        [List<object?> items] => items,
        [object?[] items] => items,
        _ => throw new FormatException("a list or a set is made of something else than elements"),
    };

    /// <summary>Python 3 writes bytes for Python 2 as a text of as many characters.</summary>
    private static byte[] ToBytes(object?[] arguments) => arguments switch
    {
        [] => [],
        [byte[] bytes] => bytes,
        [string text, "latin1"] => Encoding.Latin1.GetBytes(text),
        _ => throw new FormatException("bytes are made of something else than bytes or a text in latin1"),
    };
}
