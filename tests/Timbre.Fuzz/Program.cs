using System.Diagnostics;
using SharpFuzz;
using Timbre.Fuzz;

// timbre-fuzz TARGET              reads one input from standard input, as AFL gives it (instrument Timbre.dll with the sharpfuzz tool first)
// timbre-fuzz TARGET SECONDS      mutates a seed for so long, without instrumentation: a quick look
if (args.Length is 0 or > 2 || !FuzzTargets.All.TryGetValue(args[0], out Action<byte[]>? target))
{
    Console.Error.WriteLine($"usage: timbre-fuzz {{{string.Join('|', FuzzTargets.All.Keys)}}} [SECONDS]");
    return 2;
}
if (args.Length == 1)
{
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        target(bytes.ToArray());
    });
    return 0;
}

byte[] seed = FuzzSeeds.For(args[0]);
var random = new Random(1);
var clock = Stopwatch.StartNew();
long inputs = 0;
for (double seconds = double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture); clock.Elapsed.TotalSeconds < seconds; inputs++)
{
    byte[] bytes = seed[..(random.Next(4) == 0 ? random.Next(seed.Length + 1) : seed.Length)];
    for (int edits = random.Next(8); edits > 0 && bytes.Length > 0; edits--)
        bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? "0,:{}[]\"-9"[random.Next(10)] : random.Next(256));
    try
    {
        target(bytes);
    }
    catch (Exception error)
    {
        Console.Error.WriteLine($"{args[0]}: {Convert.ToHexString(bytes)}\n{error}");
        return 1;
    }
}
Console.WriteLine($"{args[0]}: {inputs} inputs, nothing unexpected");
return 0;
