namespace Timbre.Models.Whisper;

/// <summary>A piece of text with the ids that spell it.</summary>
internal readonly record struct WhisperPiece(string Text, int[] Ids);
