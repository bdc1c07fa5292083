using System.ComponentModel;
using System.Diagnostics;

namespace Timbre.Cli;

/// <summary>Programs of the machine that Timbre calls.</summary>
internal static class Tools
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The first line that the program says of itself, or null where it is not there, or says nothing in ten seconds.</summary>
    public static async Task<string?> VersionAsync(string name, string argument, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(name, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            using CancellationTokenRegistration stop = limit.Token.Register(process.Kill);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            return output.Split('\n', 2)[0].Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
