namespace Timbre;

/// <summary>What a loaded model is.</summary>
/// <param name="Family">Name of the family in the registry, for example <c>whisper</c>.</param>
/// <param name="Name">The name or folder under which it was loaded.</param>
/// <param name="SampleRate">Rate in Hz of the audio that it takes or gives.</param>
/// <param name="Languages">Language codes that it speaks or understands.</param>
public sealed record ModelInfo(string Family, string Name, int SampleRate, IReadOnlyList<string> Languages);
