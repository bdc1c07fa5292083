namespace Timbre;

/// <summary>A voice that a model holds.</summary>
/// <param name="Name">The name to ask for, for example <c>af_heart</c>.</param>
/// <param name="Language">Language tag that the voice was made for, for example <c>en-us</c>.</param>
public sealed record VoiceInfo(string Name, string Language);
