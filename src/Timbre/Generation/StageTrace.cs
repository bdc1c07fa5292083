using static TorchSharp.torch;

namespace Timbre.Generation;

/// <summary>
/// Follows a network through its stages: stops it where the caller has cancelled, and shows each stage's tensor to a test that compares it
/// with a recording.
/// </summary>
/// <param name="cancellationToken">Ends the work at the next stage.</param>
/// <param name="observer">Gets the name and the tensor of each stage; it copies what it keeps.</param>
internal readonly struct StageTrace(CancellationToken cancellationToken, Action<string, Tensor>? observer = null)
{
    /// <summary>A stage is done.</summary>
    public void Report(string name, Tensor tensor)
    {
        cancellationToken.ThrowIfCancellationRequested();
        observer?.Invoke(name, tensor);
    }

    /// <summary>An element of a list of stages is done.</summary>
    public void Report(string name, int index, Tensor tensor)
    {
        cancellationToken.ThrowIfCancellationRequested();
        observer?.Invoke($"{name}.{index}", tensor);
    }
}
