using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Timbre.Cli;

/// <summary>Makes the kinds of options that the verbs have, each with its checks.</summary>
internal static class Flags
{
    private const string None = "none";

    public static Option<bool> Switch(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description };

    public static Option<string?> Text(string name, string description, string valueName, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = valueName };

    public static Option<string> TextOr(string otherwise, string name, string description, string valueName) =>
        new(name) { Description = description, HelpName = valueName, DefaultValueFactory = _ => otherwise };

    public static Option<string> Choice(string name, string description, string otherwise, params string[] choices)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', choices), DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !choices.Contains(text))
                result.AddError($"{name} takes {string.Join(", ", choices[..^1])} or {choices[^1]}, not '{text}'.");
        });
        return option.Completing(choices);
    }

    public static Option<int?> Whole(string name, string description, int minimum) =>
        Single<int>(name, description, "n", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= minimum ? value : null, $"a whole number from {minimum}");

    public static Option<ulong?> Seed(string name, string description) =>
        Single<ulong>(name, description, "n", text => ulong.TryParse(text, CultureInfo.InvariantCulture, out ulong value) ? value : null, "a whole number from 0");

    public static Option<double?> Number(string name, string description, double minimum = double.NegativeInfinity, double maximum = double.PositiveInfinity) =>
        Single<double>(name, description, "number", text => ParseNumber(text, minimum, maximum), Range(minimum, maximum));

    /// <summary>A number, or <c>none</c>.</summary>
    public static Option<Limit> NumberOrNone(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "number|none",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            var limit = new Limit(ParseNumber(text, double.NegativeInfinity, double.PositiveInfinity));
            if (limit.Value is null && text != None)
                result.AddError($"{name} takes a number or {None}, not '{text}'.");
            return limit;
        },
    };

    /// <summary>Numbers with commas between them; <c>none</c> of them where that may be.</summary>
    public static Option<double[]?> Numbers(string name, string description, double minimum, bool mayBeNone = false) => new(name)
    {
        Description = description,
        HelpName = "number,...",
        CustomParser = result =>
        {
            if (mayBeNone && result.Tokens is [{ Value: None }])
                return [];
            double?[] values = [.. Items(result).Select(text => ParseNumber(text, minimum, double.PositiveInfinity))];
            if (values.Length == 0 || values.Any(value => value is null))
                result.AddError($"{name} takes {Range(minimum, double.PositiveInfinity)}, or several with commas between them.");
            return [.. values.Select(value => value ?? 0)];
        },
    };

    /// <summary>Names with commas between them; the option may also be given more than once.</summary>
    public static Option<string[]?> Names(string name, string description, string valueName, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = valueName,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => [.. Items(result)],
    };

    /// <summary>A switch that takes <c>true</c> or <c>false</c> when it is followed by one.</summary>
    public static Option<bool?> YesOrNo(string name, string description) =>
        new(name) { Description = description, HelpName = "true|false", Arity = ArgumentArity.ZeroOrOne };

    public static Option<T> Completing<T>(this Option<T> option, params string[] values)
    {
        option.CompletionSources.Add(values);
        return option;
    }

    private static Option<T?> Single<T>(string name, string description, string valueName, Func<string, T?> parse, string wanted) where T : struct =>
        new(name)
        {
            Description = description,
            HelpName = valueName,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                T? value = parse(text);
                if (value is null)
                    result.AddError($"{name} takes {wanted}, not '{text}'.");
                return value;
            },
        };

    private static IEnumerable<string> Items(ArgumentResult result) =>
        result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static double? ParseNumber(string text, double minimum, double maximum) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
        && value >= minimum && value <= maximum ? value : null;

    private static string Range(double minimum, double maximum) => (double.IsFinite(minimum), double.IsFinite(maximum)) switch
    {
        (true, true) => string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}"),
        (true, false) => string.Create(CultureInfo.InvariantCulture, $"a number from {minimum}"),
        _ => "a number",
    };
}
