namespace Timbre;

/// <summary>One spoken piece of a text.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Text">The text of the piece.</param>
/// <param name="Phonemes">What was pronounced.</param>
/// <param name="Audio">The audio of the piece alone.</param>
/// <param name="Start">Where it begins in the whole audio.</param>
/// <param name="Words">When each word is spoken, from the start of the whole audio.</param>
public sealed record SpeechSegment(
    int Index, string Text, string Phonemes, AudioBuffer Audio, TimeSpan Start, IReadOnlyList<WordTiming> Words);
