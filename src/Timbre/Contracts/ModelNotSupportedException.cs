namespace Timbre;

/// <summary>A model folder that no family knows, or one without its files; the message lists what is known.</summary>
public sealed class ModelNotSupportedException : Exception
{
    /// <summary>With the message that tells the thing, the place and the remedy.</summary>
    public ModelNotSupportedException(string message) : base(message)
    {
    }

    /// <summary>With the error that lies behind it.</summary>
    public ModelNotSupportedException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public ModelNotSupportedException()
    {
    }
}
