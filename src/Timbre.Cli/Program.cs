using Timbre.Cli;

return await CommandLine.RunAsync(args, CommandHost.ForConsole());
