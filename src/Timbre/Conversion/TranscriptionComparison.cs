namespace Timbre.Conversion;

/// <summary>What the source and the result hear in the clip that comes with the library.</summary>
/// <param name="SourceText">The source's transcript.</param>
/// <param name="ResultText">The result's.</param>
/// <param name="SourceWordErrorRate">The source's errors a word that was said.</param>
/// <param name="ResultWordErrorRate">The result's.</param>
/// <param name="LogitsError">‖l̂ − l‖ / ‖l‖ of the first token's scores, about their mean; null where the family does not tell.</param>
public sealed record TranscriptionComparison(
    string SourceText, string ResultText, double SourceWordErrorRate, double ResultWordErrorRate, double? LogitsError);
