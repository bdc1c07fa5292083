namespace Timbre;

/// <summary>Any loaded model. Disposing it gives its memory back.</summary>
public interface ISpeechModel : IDisposable
{
    /// <summary>What the model is.</summary>
    ModelInfo Info { get; }
}
