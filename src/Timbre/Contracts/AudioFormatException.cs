namespace Timbre;

/// <summary>Audio that cannot be read or written; the message names the input, what it is and the remedy.</summary>
public sealed class AudioFormatException : Exception
{
    /// <summary>With the message that tells the thing, the place and the remedy.</summary>
    public AudioFormatException(string message) : base(message)
    {
    }

    /// <summary>With the error that lies behind it.</summary>
    public AudioFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public AudioFormatException()
    {
    }
}
