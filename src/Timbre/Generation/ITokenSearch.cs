using static TorchSharp.torch;

namespace Timbre.Generation;

/// <summary>Chooses the next token of sequences that are decoded in parallel.</summary>
internal interface ITokenSearch
{
    /// <summary>How many sequences the next step continues.</summary>
    int Rows { get; }

    /// <summary>The newest token of each.</summary>
    ReadOnlySpan<int> Newest { get; }

    /// <summary>The sequence of the step before that each continues.</summary>
    ReadOnlySpan<int> Sources { get; }

    /// <summary>Whether nothing is left to decode.</summary>
    bool IsComplete { get; }

    /// <summary>Whether a sequence has ended and only fills its place.</summary>
    bool HasEnded(int row);

    /// <summary>The tokens of a sequence, without the prompt and the end.</summary>
    ReadOnlySpan<int> Tokens(int row);

    /// <summary>Takes a step.</summary>
    /// <param name="logits"><c>[Rows, vocabulary]</c>, float32 on the CPU, after all rules.</param>
    void Step(Tensor logits);

    /// <summary>The sequences found, ended or not, without the end token; their log-probabilities count it.</summary>
    IReadOnlyList<TokenCandidate> Finish();
}
