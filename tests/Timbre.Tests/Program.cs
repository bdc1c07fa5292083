using Timbre.Loading;
using Timbre.Tests.Golden;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Timbre.Tests;

internal static class Program
{
    /// <summary><c>--golden FOLDER [FAMILY ...]</c> runs recorded cases; everything else goes to xunit's runner.</summary>
    public static async Task<int> Main(string[] args)
    {
        NativeSettings.Prepare();
        if (args is ["--golden", ..])
        {
            if (args is [_, var folder, .. var families])
                return GoldenProgram.Run(folder, families, Console.Out);
            Console.Error.WriteLine("usage: --golden FOLDER [FAMILY ...]");
            return 2;
        }
        // The choice that xunit's generated entry point makes.
        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(args);
    }
}
