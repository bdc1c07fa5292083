namespace Timbre.Text.Phonemes.English;

/// <summary>Whose English is spoken.</summary>
internal enum EnglishAccent
{
    /// <summary>General American.</summary>
    American,

    /// <summary>Southern British.</summary>
    British,
}
