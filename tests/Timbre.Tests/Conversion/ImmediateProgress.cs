using Timbre.Conversion;

namespace Timbre.Tests.Conversion;

/// <summary>Hears of progress on the thread that makes it.</summary>
internal sealed class ImmediateProgress(Action<ConversionProgress> report) : IProgress<ConversionProgress>
{
    public void Report(ConversionProgress value) => report(value);
}
