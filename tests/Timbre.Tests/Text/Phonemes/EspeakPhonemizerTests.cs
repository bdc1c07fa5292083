using Timbre.Text.Phonemes;
using Xunit;

namespace Timbre.Tests.Text.Phonemes;

public class EspeakPhonemizerTests
{
    [Theory]
    [InlineData("es")]
    [InlineData("fr")]
    [InlineData("hi")]
    [InlineData("it")]
    [InlineData("pt")]
    public void Reads_every_recorded_sentence(string language)
    {
        var phonemizer = Espeak(language);
        var wrong = new List<string>();
        foreach (var row in PhonemeTables.Rows(PhonemeTables.Fixture($"{language}.tsv")))
        {
            var phonemes = Assert.Single(phonemizer.Phonemize(row["text"])).Phonemes;
            if (phonemes != row["phonemes_espeak_1_51"] && phonemes != row["phonemes_espeak_1_52"])
                wrong.Add($"{row["id"]} {row["text"]}\n  expected {row["phonemes_espeak_1_51"]}\n  actual   {phonemes}");
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} sentences differ:\n{string.Join('\n', wrong)}");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("...", "...")]
    [InlineData(" ¿? ", "¿?")]
    public void Keeps_punctuation_alone_without_asking_the_program(string text, string phonemes)
    {
        var phonemizer = new EspeakPhonemizer("es", new EspeakProgram("a-program-that-is-not-there"));
        Assert.Equal(phonemes, Assert.Single(phonemizer.Phonemize(text)).Phonemes);
    }

    [Fact]
    public void Treats_text_as_data_never_as_options()
    {
        var phonemizer = Espeak("es");
        Assert.Equal("kˈasa", Assert.Single(phonemizer.Phonemize("--casa")).Phonemes);
    }

    [Fact]
    public void Names_the_package_where_the_program_is_missing()
    {
        var phonemizer = new EspeakPhonemizer("es", new EspeakProgram("a-program-that-is-not-there"));
        var exception = Assert.Throws<InvalidOperationException>(() => phonemizer.Phonemize("hola"));
        Assert.Contains("package 'espeak-ng'", exception.Message, StringComparison.Ordinal);
    }

    private static EspeakPhonemizer Espeak(string language)
    {
        Assert.SkipWhen(!IsInstalled(), "The package espeak-ng is not installed.");
        return new EspeakPhonemizer(PhonemeLanguage.Find(language).EspeakVoice!);
    }

    private static bool IsInstalled() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "espeak-ng")) || File.Exists(Path.Combine(folder, "espeak-ng.exe")));
}
