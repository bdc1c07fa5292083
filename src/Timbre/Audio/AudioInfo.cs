namespace Timbre.Audio;

/// <summary>What an audio file is, as its headers tell it.</summary>
/// <param name="Format">
/// Name of the encoding: <c>wav</c>, <c>mp3</c>, <c>vorbis</c>, or ffmpeg's name such as <c>flac</c> or <c>aac</c>.
/// </param>
/// <param name="SampleRate">Samples a second of each channel.</param>
/// <param name="Channels">Number of channels.</param>
/// <param name="Duration">How long it lasts; null where the headers do not tell.</param>
public sealed record AudioInfo(string Format, int SampleRate, int Channels, TimeSpan? Duration);
