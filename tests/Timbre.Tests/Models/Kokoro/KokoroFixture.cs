using Timbre.Loading;
using Timbre.Models.Kokoro;

namespace Timbre.Tests.Models.Kokoro;

/// <summary>The tiny checkpoint of the golden cases.</summary>
internal static class KokoroFixture
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Golden", "Cases", "kokoro", "models", "tiny-torch");

    public static KokoroModel Load(Precision precision = Precision.Automatic) =>
        (KokoroModel)ModelLoader.Load(Folder, new LoadOptions { Device = "cpu", Precision = precision });

    public static KokoroOptions Phonemes(ulong seed = 1) => new() { TextIsPhonemes = true, Voice = "af_one", Seed = seed };
}
