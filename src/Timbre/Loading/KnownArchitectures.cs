using static Timbre.Loading.ModelDomain;

namespace Timbre.Loading;

/// <summary>
/// The architectures of speech models that mlx-audio 0.5.0 knows, whether Timbre runs them or not: <c>convert</c> recognises them, and
/// errors can say what a model is. Where several answer to a type and neither keys nor words tell them apart, the first one is meant.
/// </summary>
internal static class KnownArchitectures
{
    /// <summary>The table.</summary>
    public static IReadOnlyList<KnownArchitecture> All { get; } =
    [
        new(Tts, "arktts", "Ark-TTS, OpenAudio S1") { Aliases = ["dual_ar"], Words = ["arktts", "openaudio"] },
        new(Tts, "bailingmm", "Ming-Omni") { Aliases = ["ming_omni_tts", "bailing_moe"], Words = ["bailingmm", "ming omni", "ming"] },
        new(Tts, "dense", "Ming-Omni dense") { Words = ["ming omni dense"] },
        new(Tts, "bark", "Bark"),
        new(Tts, "chatterbox", "Chatterbox"),
        new(Tts, "chatterbox_turbo", "Chatterbox Turbo"),
        new(Tts, "confucius4", "Confucius 4"),
        new(Tts, "dia", "Dia") { Markers = ["model", "data"] },
        new(Tts, "dramabox", "DramaBox") { Aliases = ["dramabox-tts"] },
        new(Tts, "echo_tts", "Echo-TTS"),
        new(Tts, "fish_qwen3_omni", "Fish Speech") { Aliases = ["fish_speech"], Words = ["fish qwen3 omni", "fish speech"] },
        new(Tts, "higgs_audio", "Higgs Audio 2") { Words = ["higgs audio", "higgs audio v2"] },
        new(Tts, "higgs_audio_v3", "Higgs Audio 3") { Aliases = ["higgs_multimodal_qwen3"] },
        new(Tts, "indextts", "IndexTTS"),
        new(Tts, "irodori_tts", "Irodori-TTS"),
        new(Tts, "kitten_tts", "KittenTTS") { Aliases = ["kitten"], Words = ["kitten tts", "kitten"] },
        new(Tts, "kokoro", "Kokoro") { Markers = ["istftnet", "plbert"] },
        new(Tts, "kugelaudio", "KugelAudio"),
        new(Tts, "llama", "Orpheus") { Words = ["orpheus", "svara", "llama"] },
        new(Tts, "longcat_audiodit", "LongCat AudioDiT") { Aliases = ["audiodit", "longcat"], Words = ["longcat audiodit", "longcat"] },
        new(Tts, "melotts", "MeloTTS"),
        new(Tts, "moss_tts", "MOSS-TTS") { Aliases = ["moss_tts_delay", "moss_tts_local"] },
        new(Tts, "moss_tts_nano", "MOSS-TTS Nano"),
        new(Tts, "omnivoice", "OmniVoice"),
        new(Tts, "pocket_tts", "Pocket TTS"),
        new(Tts, "qwen3", "VyvoTTS") { Words = ["vyvotts", "vyvo", "qwen3"] },
        new(Tts, "qwen3_tts", "Qwen3-TTS"),
        new(Tts, "sesame", "Sesame CSM") { Aliases = ["csm", "marvis"], Words = ["csm", "marvis", "sesame"] },
        new(Tts, "soprano", "Soprano") { Aliases = ["qwen3"], Markers = ["decoder_config"] },
        new(Tts, "spark", "Spark-TTS") { Aliases = ["qwen2"], Words = ["spark"] },
        new(Tts, "outetts", "OuteTTS") { Aliases = ["llama", "qwen2", "qwen3"], Words = ["outetts", "oute"] },
        new(Tts, "tada", "TADA") { Aliases = ["llama"], Markers = ["acoustic_dim"] },
        new(Stt, "vibevoice_asr", "VibeVoice ASR") { Aliases = ["vibevoice"], Classes = ["VibeVoiceForASRTraining"] },
        new(Tts, "vibevoice", "VibeVoice") { Aliases = ["vibevoice_streaming"], Classes = ["VibeVoiceForConditionalGeneration"] },
        new(Tts, "voxcpm", "VoxCPM") { Aliases = ["voxcpm1.5"] },
        new(Tts, "voxcpm2", "VoxCPM 2"),
        new(Tts, "voxtral_tts", "Voxtral TTS"),
        new(Tts, "zonos2", "Zonos 2"),

        new(Stt, "canary", "Canary") { Targets = ["nemo.collections.asr.models.aed_multitask_models"] },
        new(Stt, "cohere_asr", "Cohere Transcribe") { Words = ["cohere asr", "cohere transcribe"] },
        new(Stt, "fireredasr2", "FireRedASR 2"),
        new(Stt, "fun_asr_nano", "Fun-ASR Nano"),
        new(Stt, "glmasr", "GLM-ASR") { Aliases = ["glm"], Words = ["glmasr", "glm asr"] },
        new(Stt, "granite_speech", "Granite Speech"),
        new(Stt, "granite_speech_nar", "Granite Speech NAR"),
        new(Stt, "higgs_audio_3", "Higgs Audio 3 (ASR)"),
        new(Stt, "lasr_ctc", "LASR") { Aliases = ["lasr"], Words = ["lasr ctc", "lasr"] },
        new(Stt, "mega_asr", "Mega-ASR"),
        new(Stt, "mms", "MMS") { Aliases = ["wav2vec2"], Classes = ["Wav2Vec2ForCTC"] },
        new(Stt, "moonshine", "Moonshine"),
        new(Stt, "moss_music", "MOSS-Music"),
        new(Stt, "moss_transcribe_diarize", "MOSS Transcribe-Diarize"),
        new(Stt, "nemotron_asr", "Nemotron ASR") { Words = ["nemotron asr", "nemotron speech", "nemotron"] },
        new(Stt, "parakeet", "Parakeet")
        {
            Targets =
            [
                "nemo.collections.asr.models.rnnt", "nemo.collections.asr.models.ctc", "nemo.collections.asr.models.hybrid_rnnt_ctc",
            ],
        },
        new(Stt, "qwen2_audio", "Qwen2-Audio"),
        new(Stt, "qwen3_asr", "Qwen3-ASR"),
        new(Stt, "qwen3_forced_aligner", "Qwen3 forced aligner")
        {
            Aliases = ["qwen3_asr"], Markers = ["timestamp_token_id"], Words = ["qwen3 forced aligner", "qwen3 forcedaligner"],
        },
        new(Stt, "sensevoice", "SenseVoice"),
        new(Stt, "voxtral", "Voxtral"),
        new(Stt, "voxtral_realtime", "Voxtral Realtime") { Words = ["voxtral realtime", "voxtral mini realtime"] },
        new(Stt, "wav2vec", "wav2vec 2.0")
        {
            Aliases = ["wav2vec2"], Classes = ["Wav2Vec2ForCTC", "Wav2Vec2Model"], Words = ["wav2vec2", "wav2vec"],
        },
        new(Stt, "whisper", "Whisper") { Markers = ["n_mels", "n_audio_state", "n_text_state", "n_vocab"] },

        new(Sts, "deepfilternet", "DeepFilterNet")
        {
            Aliases = ["deepfilter", "deepfilternet2", "deepfilternet3"],
            Words = ["deepfilternet", "deepfilternet2", "deepfilternet3", "deepfilter"],
        },
        new(Sts, "lfm_audio", "LFM2-Audio") { Aliases = ["lfm2_audio", "lfm2.5"], Words = ["lfm audio", "lfm2 audio", "lfm2 5 audio"] },
        new(Sts, "mel_roformer", "Mel-Band RoFormer") { Words = ["mel roformer", "melband roformer", "mel band roformer"] },
        new(Sts, "moshi", "Moshi") { Aliases = ["moshiko"], Words = ["moshi", "moshiko", "moshika"] },
        new(Sts, "mossformer2_se", "MossFormer2 SE")
        {
            Aliases = ["mossformer2"], Markers = ["win_len", "win_inc", "num_mels", "out_channels_final"],
            Words = ["mossformer2 se", "mossformer2"],
        },
        new(Sts, "sam_audio", "SAM Audio") { Aliases = ["samaudio"], Markers = ["audio_codec", "text_encoder", "transformer"] },

        new(Lid, "ecapa_tdnn", "ECAPA-TDNN language identification") { Aliases = ["ecapa-tdnn"], Words = ["ecapa tdnn", "ecapa"] },
        new(Lid, "wav2vec2", "MMS language identification") { Classes = ["Wav2Vec2ForSequenceClassification"], Words = ["mms lid", "lid"] },

        new(Music, "minimax_music3", "MiniMax Music 3") { Words = ["minimax music3", "minimax music"] },

        new(Vad, "fsmn", "FSMN-VAD") { Words = ["fsmn vad", "fsmn"] },
        new(Vad, "silero_vad", "Silero VAD") { Aliases = ["silero", "silero-vad"], Words = ["silero vad", "silero"] },
        new(Vad, "smart_turn", "Smart Turn"),
        new(Vad, "sortformer", "Sortformer") { Targets = ["nemo.collections.asr.models.sortformer_diar_models"] },
    ];
}
