using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Timbre.Text.Phonemes;

/// <summary>The program espeak-ng, which reads words in many languages.</summary>
/// <param name="path">The program; looked for in the search path where it is a bare name.</param>
internal sealed partial class EspeakProgram(string path = "espeak-ng")
{
    /// <summary>Stands between the letters of one phone.</summary>
    public const char Tie = '^';

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The text in IPA with stress marks and ties; words are parted by spaces, clauses by line ends.</summary>
    /// <exception cref="InvalidOperationException">The program is missing or failed.</exception>
    public string Read(string text, string voice) => Run(text, "-q", "-b", "1", "-v", voice, "--ipa", $"--tie={Tie}", "--stdin");

    /// <summary>The program's version (<c>1.51</c>).</summary>
    /// <exception cref="InvalidOperationException">The program is missing or failed.</exception>
    public string ReadVersion() => VersionNumber().Match(Run("", "--version")).Value;

    private string Run(string input, params IEnumerable<string> arguments)
    {
        using var process = Start(new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = Utf8, StandardOutputEncoding = Utf8, StandardErrorEncoding = Utf8,
        });
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It went away without reading: its exit code and complaint say why.
        }
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new InvalidOperationException($"'{path}' did not answer within {Patience.TotalSeconds:0} seconds.");
        }
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{path} {string.Join(' ', arguments)}' failed: {error.Result.Trim()}");
        return output.Result;
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException(
                $"The program '{path}' could not be started. Install the package 'espeak-ng' "
                + "(Debian, Ubuntu: apt install espeak-ng; macOS: brew install espeak-ng; Windows: winget install espeak-ng).", exception);
        }
    }

    [GeneratedRegex(@"\d+\.\d+")]
    private static partial Regex VersionNumber();
}
