using Microsoft.Extensions.Logging;
using Timbre.Loading.Weights;

namespace Timbre.Loading;

/// <summary>What a family gets to build a model from.</summary>
/// <param name="Files">The model's folder.</param>
/// <param name="Companions">The folders of its companions that are there.</param>
/// <param name="Weights">Its weights under the family's names; the model disposes <see cref="WeightReader.Store"/>.</param>
/// <param name="Catalog">Where shipped data such as lexicons is found.</param>
/// <param name="Logger">Where to report.</param>
internal sealed record ModelContext(
    ModelFiles Files, IReadOnlyList<string> Companions, WeightReader Weights, ModelCatalog Catalog, ILogger Logger);
