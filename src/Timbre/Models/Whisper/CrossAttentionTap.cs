using static TorchSharp.torch;

namespace Timbre.Models.Whisper;

/// <summary>
/// Takes what some heads of the cross attention make of one pass over one sequence: <c>query · key / √(head size)</c>, before the softmax.
/// </summary>
internal sealed class CrossAttentionTap : IDisposable
{
    private readonly ILookup<int, int> _headsByLayer;
    private readonly SortedDictionary<int, Tensor> _scores = [];

    /// <summary>Listens to these heads.</summary>
    public CrossAttentionTap(IEnumerable<(int Layer, int Head)> heads) => _headsByLayer = heads.ToLookup(head => head.Layer, head => head.Head);

    /// <summary>All scores <c>[heads, tokens, frames]</c>, layer by layer.</summary>
    public Tensor Scores => cat([.. _scores.Values], 0);

    /// <summary>The scores of one layer's heads.</summary>
    public Tensor ScoresOf(int layer) => _scores[layer];

    /// <summary>Computes the scores of a layer that is listened to.</summary>
    /// <param name="layer">Its index.</param>
    /// <param name="query"><c>[1, H, T, D]</c>.</param>
    /// <param name="keys"><c>[1, H, F, D]</c>.</param>
    public void Take(int layer, Tensor query, Tensor keys)
    {
        if (!_headsByLayer.Contains(layer))
            return;
        using var scope = NewDisposeScope();
        Tensor heads = tensor([.. _headsByLayer[layer].Select(head => (long)head)], device: query.device);
        Tensor chosen = query.squeeze(0).index_select(0, heads) / Math.Sqrt(query.shape[^1]);
        Tensor scores = matmul(chosen, keys.squeeze(0).index_select(0, heads).transpose(1, 2)).DetachFromDisposeScope();
        if (_scores.Remove(layer, out Tensor? before))
            before.Dispose();
        _scores[layer] = scores;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor scores in _scores.Values)
            scores.Dispose();
        _scores.Clear();
    }
}
