using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Timbre.Models.Whisper;
using Timbre.Text.Tokenizers;
using Xunit;

namespace Timbre.Tests.Text.Tokenizers;

public class ByteLevelTokenizerTests
{
    private static readonly ByteLevelTokenizer Multilingual = WhisperVocabularies.BuiltIn("multilingual");

    // Any characters: letters, marks, spaces, beyond U+FFFF; never half a surrogate pair.
    private static readonly Gen<string> Texts = Gen.Frequency(
            (6, Gen.Int[0x20, 0x7E]), (2, Gen.Int[0, 0x2FF]), (1, Gen.Int[0x3000, 0x9FFF]), (1, Gen.Int[0x10000, 0x2FFFF]))
        .List[0, 60].Select(runes => string.Concat(runes.Select(char.ConvertFromUtf32)));

    [Fact]
    public void EncodesAsThePublishedVocabularyDoes()
    {
        Assert.Equal([400, 370, 452, 7177, 6280, 11], Multilingual.Encode(" And so my fellow Americans,"));
        Assert.Equal([843, 523, 616, 5891, 3399, 11], WhisperVocabularies.BuiltIn("gpt2").Encode(" And so my fellow Americans,"));
    }

    [Fact]
    public void WhatIsEncodedDecodesToItself() => Texts.Sample(text => Multilingual.Decode(Multilingual.Encode(text)) == text);

    [Fact]
    public void ALongPieceIsEncodedWhole()
    {
        string text = new('a', 3000);
        Assert.Equal(text, Multilingual.Decode(Multilingual.Encode(text)));
    }

    [Fact]
    public void LettersBeyondTheBasicPlaneStayInTheirWord() =>
        Assert.Equal([" 𝒜b", "𝟙", "!"], TextSplitter.Gpt2.Split(" 𝒜b𝟙!").Select(range => " 𝒜b𝟙!"[range]));

    [Theory]
    [InlineData("don't  stop", new[] { "don", "'t", " ", " stop" })]
    [InlineData(" a1 b?!\n\n", new[] { " a", "1", " b", "?!", "\n\n" })]
    public void TextIsCutLikeGpt2(string text, string[] pieces) =>
        Assert.Equal(pieces, TextSplitter.Gpt2.Split(text).Select(range => text[range]));

    [Fact]
    public void MergesFollowTheirOrder()
    {
        ByteLevelTokenizer tokenizer = Read(Tokenizer(["ab", "bc", "abc"], ["b c", "a b", "a bc"]));
        // "b c" goes first although the id of "ab" is lower.
        Assert.Equal("abc", Assert.Single(tokenizer.Encode("abc").Select(id => Encoding.UTF8.GetString(tokenizer.GetBytes(id)))));
        Assert.Equal(2, tokenizer.Encode("abb").Length);
    }

    [Fact]
    public void ALostMergeIsRecovered()
    {
        // The published whisper-base lists 256 "Ġt" as a token, but not as a merge.
        ByteLevelTokenizer tokenizer = Read(Tokenizer(["Ġt", "he", "Ġthe"], ["h e", "Ġt he"]));
        Assert.Equal([258], tokenizer.Encode(" the"));
        Assert.Equal([256, 'a' - '!'], tokenizer.Encode(" ta"));
    }

    [Fact]
    public void MergesMayBePairs()
    {
        JsonNode json = Tokenizer(["ab"], []);
        json["model"]!["merges"] = new JsonArray(new JsonArray("a", "b"));
        Assert.Equal([256], Read(json).Encode("ab"));
    }

    [Fact]
    public void AddedTokensAreNamesButNotRecognisedInText()
    {
        JsonNode json = Tokenizer(["ab"], ["a b"]);
        json["added_tokens"] = new JsonArray(new JsonObject { ["id"] = 300, ["content"] = "<|end|>", ["special"] = true });
        ByteLevelTokenizer tokenizer = Read(json);
        Assert.Equal(300, tokenizer.AddedTokens["<|end|>"]);
        Assert.Equal("ab<|end|>", tokenizer.Decode([256, 300]));
        Assert.DoesNotContain(300, tokenizer.Encode("<|end|>"));
    }

    [Fact]
    public void ASplitPatternIsTaken()
    {
        JsonNode json = Tokenizer(["12", "34"], ["1 2", "3 4"]);
        json["pre_tokenizer"] = JsonNode.Parse(
            """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{N}{1,3}"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""");
        Assert.Equal(["12", "3", "4"], Read(json).Encode("1234").Select(id => Encoding.UTF8.GetString(Read(json).GetBytes(id))));
    }

    [Theory]
    [InlineData("model.type", "\"Unigram\"", "Unigram")]
    [InlineData("normalizer", "{\"type\":\"NFC\"}", "NFC")]
    [InlineData("pre_tokenizer", "{\"type\":\"Metaspace\"}", "Metaspace")]
    [InlineData("pre_tokenizer", "{}", "broken")]
    [InlineData("pre_tokenizer", "[]", "pre-tokenizer")]
    [InlineData("model", "[]", "broken")]
    [InlineData("model.byte_fallback", "true", "byte_fallback")]
    [InlineData("model.merges", "[\"\"]", "not two tokens")]
    [InlineData("model.merges", "[[\"a\"]]", "broken")]
    [InlineData("model.merges", "[\"a q\"]", "aq")]
    [InlineData("model.vocab", "{\"a\":0}", "byte")]
    public void WhatIsNotSupportedIsNamed(string place, string value, string named)
    {
        JsonNode json = Tokenizer(["ab"], ["a b"]);
        string[] keys = place.Split('.');
        (keys.Length == 2 ? json[keys[0]]! : json)[keys[^1]] = JsonNode.Parse(value);
        var error = Assert.Throws<ModelNotSupportedException>(() => Read(json));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("x/tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABrokenFileIsAnErrorThatNamesIt()
    {
        byte[] good = Encoding.UTF8.GetBytes(Tokenizer(["ab"], ["a b"]).ToJsonString());
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, length) =>
        {
            byte[] bytes = [.. good];
            bytes[at] = value;
            try
            {
                TokenizerJsonReader.Read(bytes.AsSpan(0, length), "x/tokenizer.json");
            }
            catch (ModelNotSupportedException error)
            {
                Assert.Contains("x/tokenizer.json", error.Message, StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [InlineData("IQ==")]
    [InlineData("IQ== x")]
    [InlineData("I!== 0")]
    [InlineData("IQ== -1")]
    [InlineData("IQ== 99999999")]
    public void ABrokenRankIsAnError(string line) =>
        Assert.Throws<ModelNotSupportedException>(() => TiktokenReader.Read(Encoding.ASCII.GetBytes(line), "x.tiktoken", TextSplitter.Gpt2));

    private static ByteLevelTokenizer Read(JsonNode json) => TokenizerJsonReader.Read(JsonSerializer.SerializeToUtf8Bytes(json), "x/tokenizer.json");

    /// <summary>All bytes, then <paramref name="tokens"/> from 256 on.</summary>
    private static JsonObject Tokenizer(string[] tokens, string[] merges)
    {
        var vocabulary = new JsonObject();
        foreach (int character in Enumerable.Range('!', 94).Concat(Enumerable.Range(0xA1, 12)).Concat(Enumerable.Range(0xAE, 82)).Concat(Enumerable.Range(0x100, 68)))
            vocabulary[((char)character).ToString()] = vocabulary.Count;
        foreach (string token in tokens)
            vocabulary[token] = vocabulary.Count;
        return new JsonObject
        {
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray([.. merges.Select(merge => JsonValue.Create(merge))]) },
        };
    }
}
