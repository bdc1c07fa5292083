using System.Text;
using System.Text.Json;

namespace Timbre.Text.Phonemes.English;

/// <summary>
/// The network of g2p_en (Park and Kim): a GRU reads a word's letters, a second one writes its ARPAbet phones, greedily.
/// </summary>
internal sealed class LetterToPhoneNetwork
{
    private readonly Dictionary<string, int> _letters;
    private readonly string[] _phones;
    private readonly int _maximumPhones;
    private readonly Gru _encoder, _decoder;
    private readonly float[] _weight, _bias;

    /// <summary>Reads the folder's <c>config.json</c> and the weights.</summary>
    /// <param name="folder">Holds <c>config.json</c> and <c>model.safetensors</c>.</param>
    public LetterToPhoneNetwork(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        var root = json.RootElement;
        int hidden = root.GetProperty("hidden_size").GetInt32(), embedding = root.GetProperty("embedding_size").GetInt32();
        _maximumPhones = root.GetProperty("max_phonemes").GetInt32();
        _letters = root.GetProperty("graphemes").EnumerateArray().Index().ToDictionary(entry => entry.Item.GetString()!, entry => entry.Index);
        _phones = [.. root.GetProperty("phonemes").EnumerateArray().Select(phone => phone.GetString()!)];
        using var weights = new WeightArrays(folder);
        _encoder = LoadGru("enc", _letters.Count);
        _decoder = LoadGru("dec", _phones.Length);
        _weight = weights.Read("fc_w", _phones.Length * hidden);
        _bias = weights.Read("fc_b", _phones.Length);

        Gru LoadGru(string name, int symbols) => new(
            weights.Read($"{name}_emb", symbols * embedding),
            weights.Read($"{name}_w_ih", 3 * hidden * embedding), weights.Read($"{name}_b_ih", 3 * hidden),
            weights.Read($"{name}_w_hh", 3 * hidden * hidden), weights.Read($"{name}_b_hh", 3 * hidden));
    }

    /// <summary>The phones of a word, with the stress digit on vowels.</summary>
    public IReadOnlyList<string> Read(string word)
    {
        var state = new float[_encoder.Hidden];
        foreach (Rune letter in TextFeatures.Lower(word).EnumerateRunes())
            _encoder.Step(state, _letters.GetValueOrDefault(letter.ToString(), _letters["<unk>"]));
        _encoder.Step(state, _letters["</s>"]);

        int end = Array.IndexOf(_phones, "</s>"), phone = Array.IndexOf(_phones, "<s>");
        var phones = new List<string>();
        var scores = new float[_phones.Length];
        while (phones.Count < _maximumPhones)
        {
            _decoder.Step(state, phone);
            Dense.Multiply(_weight, _bias, state, scores);
            phone = 0;
            for (int i = 1; i < scores.Length; i++)
                if (scores[i] > scores[phone]) phone = i;
            if (phone == end) break;
            phones.Add(_phones[phone]);
        }
        return phones;
    }

    /// <summary>A gated recurrent unit over symbols; what the input adds to the gates is worked out once for each symbol.</summary>
    private sealed class Gru
    {
        private readonly float[] _inputGates, _weight, _bias;

        public Gru(float[] embedding, float[] inputWeight, float[] inputBias, float[] weight, float[] bias)
        {
            Hidden = bias.Length / 3;
            (_weight, _bias) = (weight, bias);
            int width = inputWeight.Length / bias.Length;
            _inputGates = new float[embedding.Length / width * bias.Length];
            Dense.Multiply(inputWeight, inputBias, embedding, _inputGates);
        }

        public int Hidden { get; }

        /// <summary>Moves the state on by a symbol. Gates are in torch's order: reset, update, new.</summary>
        public void Step(Span<float> state, int symbol)
        {
            var input = _inputGates.AsSpan(symbol * _bias.Length, _bias.Length);
            var gates = new float[_bias.Length];
            Dense.Multiply(_weight, _bias, state, gates);
            for (int i = 0; i < Hidden; i++)
            {
                float reset = Sigmoid(input[i] + gates[i]);
                float update = Sigmoid(input[Hidden + i] + gates[Hidden + i]);
                float candidate = MathF.Tanh(input[2 * Hidden + i] + reset * gates[2 * Hidden + i]);
                state[i] = candidate + update * (state[i] - candidate);
            }
        }

        private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
    }
}
