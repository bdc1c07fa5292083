using Whisper.net;

namespace Timbre.Benchmarks.Peers;

/// <summary>whisper.cpp by way of Whisper.net, on the weights of a Timbre model folder.</summary>
internal sealed class WhisperCpp : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"timbre-bench-{Guid.NewGuid():N}.bin");
    private readonly WhisperFactory _factory;
    private readonly int _threads;

    /// <summary>Converts the folder and loads it.</summary>
    public WhisperCpp(string folder, int threads)
    {
        GgmlWriter.Write(folder, _file);
        _factory = WhisperFactory.FromPath(_file, new WhisperFactoryOptions { UseGpu = false });
        _threads = threads;
    }

    /// <summary>Transcribes greedily in English.</summary>
    public void Transcribe(float[] samples)
    {
        using WhisperProcessor processor = Greedy().Build();
        processor.Process(samples);
    }

    /// <summary>Transcribes at most 30 s as one segment; with a limit of one token the time is that of the front end and the encoder.</summary>
    public void TranscribeWindow(float[] samples, int? tokens = null)
    {
        WhisperProcessorBuilder builder = Greedy().WithSingleSegment().WithNoContext();
        if (tokens is { } limit)
            builder = builder.WithMaxTokensPerSegment(limit);
        using WhisperProcessor processor = builder.Build();
        processor.Process(samples);
    }

    private WhisperProcessorBuilder Greedy() =>
        _factory.CreateBuilder().WithLanguage("en").WithThreads(_threads).WithTemperature(0).WithTemperatureInc(0);

    public void Dispose()
    {
        _factory.Dispose();
        File.Delete(_file);
    }
}
