using System.Globalization;
using System.Text.Json;

namespace Timbre.Hub;

/// <summary>What the Hub says of an object to upload: where to send it, whole or in parts, and where to have it checked.</summary>
/// <param name="Address">Where to send it; of one in parts, where to say that they are all sent.</param>
/// <param name="PartLength">Bytes of a part; null where it is sent whole.</param>
/// <param name="Parts">Where to send each part.</param>
/// <param name="Verify">Where to have it checked, or null.</param>
internal sealed record LfsAction(Uri Address, long? PartLength, IReadOnlyList<Uri> Parts, Uri? Verify)
{
    /// <summary>Reads one object of the answer; null where the Hub has it already.</summary>
    /// <param name="entry">The object.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="needsTls">Whether only safe addresses are taken.</param>
    /// <exception cref="FormatException">It makes no sense, or the Hub refuses the object.</exception>
    public static LfsAction? Read(JsonElement entry, long size, bool needsTls)
    {
        if (entry.TryGetProperty("error", out JsonElement error))
            throw new FormatException($"it refuses the file: {TreeJson.Text(error, "message")}");
        if (!entry.TryGetProperty("actions", out JsonElement actions) || actions.ValueKind != JsonValueKind.Object
            || !actions.TryGetProperty("upload", out JsonElement upload))
        {
            return null;
        }
        Uri? verify = actions.TryGetProperty("verify", out JsonElement check) ? AddressOf(TreeJson.Text(check, "href"), needsTls) : null;
        Uri address = AddressOf(TreeJson.Text(upload, "href"), needsTls);
        if (!upload.TryGetProperty("header", out JsonElement header) || header.ValueKind != JsonValueKind.Object
            || !header.TryGetProperty("chunk_size", out JsonElement chunk))
        {
            return new LfsAction(address, null, [], verify);
        }
        if (!long.TryParse(chunk.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out long length) || length < 1)
            throw new FormatException("'chunk_size' is no length");
        Uri[] parts = [.. header.EnumerateObject()
            .Where(property => property.Name.Length < 10 && property.Name.All(char.IsAsciiDigit))
            .OrderBy(property => int.Parse(property.Name, CultureInfo.InvariantCulture))
            .Select(property => AddressOf(property.Value.ToString(), needsTls))];
        return parts.Length == ((size - 1) / length) + 1
            ? new LfsAction(address, length, parts, verify)
            : throw new FormatException($"{parts.Length} parts of {length} bytes are not {size} bytes");
    }

    private static Uri AddressOf(string text, bool needsTls)
    {
        bool isAddress = Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttps || (!needsTls && address.Scheme == Uri.UriSchemeHttp));
        return isAddress ? address! : throw new FormatException("an address is none, or not safe");
    }
}
