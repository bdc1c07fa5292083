namespace Timbre.Models.Whisper;

/// <summary>Where a window lies.</summary>
/// <param name="Seek">Its first mel frame.</param>
/// <param name="Size">Frames of it that are audio.</param>
/// <param name="ContentEnd">When the whole audio ends, in seconds.</param>
/// <param name="SingleEnding">Whether what it says ends with one timestamp.</param>
internal readonly record struct WhisperWindow(int Seek, int Size, double ContentEnd, bool SingleEnding)
{
    /// <summary>When it begins, in seconds.</summary>
    public double Offset => WhisperSegmenter.Seconds(Seek);

    /// <summary>When a full window ends, in seconds.</summary>
    public double End => WhisperSegmenter.Seconds(Seek + WhisperLogMel.WindowFrames);
}
