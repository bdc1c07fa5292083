namespace Timbre;

/// <summary>A tensor or weight file that is missing, misshapen, unused or broken; the message names the file and the tensor.</summary>
public sealed class WeightException : Exception
{
    /// <summary>With the message that tells the thing, the place and the remedy.</summary>
    public WeightException(string message) : base(message)
    {
    }

    /// <summary>With the error that lies behind it.</summary>
    public WeightException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public WeightException()
    {
    }
}
