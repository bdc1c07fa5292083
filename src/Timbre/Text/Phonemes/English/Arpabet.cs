using System.Text;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// Writes ARPAbet phones in the voices' alphabet. The rules for weak vowels, syllabic l and n, flaps and British r follow what misaki's
/// lexicons have for words that the CMU dictionary has too.
/// </summary>
internal static class Arpabet
{
    private static readonly Dictionary<string, string> American = new()
    {
        ["AA"] = "ɑ", ["AE"] = "æ", ["AH"] = "ʌ", ["AO"] = "ɔ", ["AW"] = "W", ["AY"] = "I", ["EH"] = "ɛ", ["ER"] = "ɜɹ", ["EY"] = "A", ["IH"] = "ɪ",
        ["IY"] = "i", ["OW"] = "O", ["OY"] = "Y", ["UH"] = "ʊ", ["UW"] = "u",
        ["B"] = "b", ["CH"] = "ʧ", ["D"] = "d", ["DH"] = "ð", ["F"] = "f", ["G"] = "ɡ", ["HH"] = "h", ["JH"] = "ʤ", ["K"] = "k", ["L"] = "l", ["M"] = "m",
        ["N"] = "n", ["NG"] = "ŋ", ["P"] = "p", ["R"] = "ɹ", ["S"] = "s", ["SH"] = "ʃ", ["T"] = "t", ["TH"] = "θ", ["V"] = "v", ["W"] = "w", ["Y"] = "j",
        ["Z"] = "z", ["ZH"] = "ʒ",
    };

    private static readonly Dictionary<string, string> British = new(American)
    {
        ["AA"] = "ɒ", ["AE"] = "a", ["AO"] = "ɔː", ["ER"] = "ɜː", ["IY"] = "iː", ["OW"] = "Q", ["UW"] = "uː",
    };

    /// <summary>British vowels before an r, which is only spoken before a vowel.</summary>
    private static readonly Dictionary<string, string> BritishBeforeR = new()
    {
        ["AA"] = "ɑː", ["AO"] = "ɔː", ["EH"] = "ɛː", ["IH"] = "ɪə", ["IY"] = "ɪə", ["UH"] = "ɔː",
    };

    /// <summary>A phone with its neighbours; an absent one is empty.</summary>
    private readonly record struct Place(string Phone, string Before, string After, string Second)
    {
        public string Base => Phone.TrimEnd('0', '1', '2');

        /// <summary>A syllabic consonant may follow a consonant, but not one that itself sounds like a vowel.</summary>
        public bool FollowsObstruent => Before is not ("" or "R" or "L" or "W" or "Y") && !IsVowel(Before);

        /// <summary>Ends in -es or -ed with a vowel of its own.</summary>
        public bool IsWeakEnding => Second == "" && (After == "Z" && Before is "S" or "Z" or "SH" or "ZH" or "CH" or "JH" || After == "D" && Before is "T" or "D");
    }

    /// <summary>The phones in the alphabet of the accent, stress marks before the vowels.</summary>
    public static string ToPhonemes(IReadOnlyList<string> phones, EnglishAccent accent)
    {
        var phonemes = new StringBuilder();
        bool stressed = false;
        for (int i = 0; i < phones.Count; i++)
        {
            string At(int index) => index >= 0 && index < phones.Count ? phones[index] : "";
            var place = new Place(phones[i], At(i - 1), At(i + 1), At(i + 2));
            // British lexicons mark no secondary stress after the primary one.
            if (phones[i][^1] == '1') phonemes.Append(Alphabet.PrimaryStress);
            else if (phones[i][^1] == '2' && !(stressed && accent == EnglishAccent.British)) phonemes.Append(Alphabet.SecondaryStress);
            stressed |= phones[i][^1] == '1';
            phonemes.Append(accent == EnglishAccent.British ? InBritish(place) : InAmerican(place));
        }
        return phonemes.ToString();
    }

    private static string InAmerican(Place place) => place switch
    {
        { Phone: "AH0" or "IH0", IsWeakEnding: true } => "ᵻ",
        { Phone: "AH0", Before: "", After: "N", Second: not "" } when !IsVowel(place.Second) => "ˌʌ",
        { Phone: "AH0", After: "L", FollowsObstruent: true } when !IsVowel(place.Second) => "ᵊ",
        { Phone: "AH0", After: "N", Before: "T" or "D" or "S" or "Z" or "F" or "V" or "K" or "P", Second: "" or "S" or "Z" or "L" or "T" } => "ᵊ",
        { Phone: "AH0" } => "ə",
        // Before these consonants, and at either end of a word, the weak i keeps its colour.
        { Phone: "IH0", Before: not "", After: not ("" or "NG" or "K" or "SH" or "V" or "G" or "JH" or "TH") } when !IsVowel(place.After) => "ə",
        { Phone: "ER0" } => "əɹ",
        { Phone: "T", After: [.., '0'] } when IsVowel(place.Before) || place.Before == "R" => "ɾ",
        _ => American.GetValueOrDefault(place.Base, ""),
    };

    private static string InBritish(Place place) => place switch
    {
        { Phone: "AH0" or "IH0", IsWeakEnding: true } => "ɪ",
        { Phone: "R" } when BritishBeforeR.ContainsKey(BaseOf(place.Before)) && !IsVowel(place.After) => "",
        { Base: "ER" } => (place.Phone == "ER0" ? "ə" : "ɜː") + (IsVowel(place.After) ? "ɹ" : ""),
        { After: "R" } when BritishBeforeR.TryGetValue(place.Base, out string? vowel) => vowel,
        { Phone: "AH0", Before: "", After: "N", Second: not "" } when !IsVowel(place.Second) => "ʌ",
        { Phone: "AH0", After: "L", FollowsObstruent: true } when !IsVowel(place.Second) => "ᵊ",
        { Phone: "AH0", After: "N", Before: not ("K" or "M" or "N"), FollowsObstruent: true } when !IsVowel(place.Second) => "ᵊ",
        { Phone: "AH0" } => "ə",
        { Phone: "IY0" } => place.After == "" ? "i" : "ɪ",
        { Base: "AO", After: "F" or "S" or "TH" or "G" or "NG" } => "ɒ",
        _ => British.GetValueOrDefault(place.Base, ""),
    };

    private static bool IsVowel(string phone) => phone is [.., '0' or '1' or '2'];

    private static string BaseOf(string phone) => phone.TrimEnd('0', '1', '2');
}
