using Timbre.Loading;

namespace Timbre;

/// <summary>The way in: loads a model by its folder, by its name in the <see cref="ModelCatalog"/>, or by its repository on the Hub.</summary>
public static class Speech
{
    /// <summary>Loads a model of any family.</summary>
    /// <param name="model">
    /// A folder as on the Hub, the name of a shipped model such as <c>whisper-base-8bit</c>, or a repository such as
    /// <c>openai/whisper-small</c> or <c>owner/name@revision</c>, which is downloaded where the cache does not hold it.
    /// </param>
    /// <param name="options">Device, precision and where to look; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the wait and the download, which goes on the next time where it ended.</param>
    /// <exception cref="ModelNotSupportedException">There is no such model, or no family answers to its config.</exception>
    /// <exception cref="HubException">The Hub does not give it.</exception>
    /// <exception cref="WeightException">A tensor is missing, misshapen or unused.</exception>
    public static async Task<ISpeechModel> LoadAsync(string model, LoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LoadOptions();
        // Finding it reads the disk, too.
        ModelLocation location = await Task.Run(() => new ModelSource(options).ResolveAsync(model, cancellationToken), cancellationToken).ConfigureAwait(false);
        Task<ISpeechModel> loading = Task.Run(() => ModelLoader.Load(location, options), cancellationToken);
        try
        {
            return await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the model any more.
            _ = loading.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>Loads a model that speaks; null takes the first one found.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such model, or it does not speak.</exception>
    public static Task<ITextToSpeech> LoadTextToSpeechAsync(
        string? model = null, LoadOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadAsync<ITextToSpeech>(model, ModelCapabilities.TextToSpeech, options, cancellationToken);

    /// <summary>Loads a model that transcribes; null takes the first one found.</summary>
    /// <exception cref="ModelNotSupportedException">There is no such model, or it does not transcribe.</exception>
    public static Task<ISpeechToText> LoadSpeechToTextAsync(
        string? model = null, LoadOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadAsync<ISpeechToText>(model, ModelCapabilities.SpeechToText, options, cancellationToken);

    private static async Task<T> LoadAsync<T>(
        string? model, ModelCapabilities capability, LoadOptions? options, CancellationToken cancellationToken) where T : class, ISpeechModel
    {
        options ??= new LoadOptions();
        model ??= options.Catalog.FirstWith(capability) ?? throw new ModelNotSupportedException(
            $"no model for {capability} was found in: {string.Join(", ", options.Catalog.Folders)}. Name a folder, or add its parent to TIMBRE_MODELS.");
        ISpeechModel loaded = await LoadAsync(model, options, cancellationToken).ConfigureAwait(false);
        if (loaded is T wanted)
            return wanted;
        string family = loaded.Info.Family;
        loaded.Dispose();
        throw new ModelNotSupportedException($"'{model}' is a {family} model, which cannot do {capability}.");
    }
}
