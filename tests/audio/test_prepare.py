"""What is decided for which provider, and what comes out."""

import io
import sys
import wave

from collections.abc import Callable
from pathlib import Path

import av
import pytest

import voicenote as vn

from voicenote._errors import (
    AudioTooLargeError,
    AudioTooLongError,
    DamagedAudioError,
    MissingAudioSupportError,
    NoAudioError,
    UnsupportedAudioError,
)
from voicenote._models import PCM
from voicenote.audio import (
    Action,
    AudioSettings,
    AudioSpec,
    Format,
    Outline,
    convert,
    outline,
    prepare,
    sniff,
)
from voicenote.audio._caf import read_caf_opus
from voicenote.audio._ogg import checksum


Sample = Callable[[str], Path]

CAF = AudioSpec.caf_opus()
MANY = AudioSpec(
    frozenset({Format.MP3, Format.M4A, Format.WAV, Format.AMR, Format.CAF_OPUS}),
    (Format.M4A, Format.CAF_OPUS, Format.WAV),
    max_bytes=10_000_000,
)
TARGETS = [Format.CAF_OPUS, Format.OGG_OPUS, Format.M4A, Format.MP3, Format.WAV]


def test_accepted_formats_pass_untouched(sample: Sample) -> None:
    """What the provider takes goes through as it is, with a name and a type."""
    data = sample("speech.mp3").read_bytes()

    note = prepare(vn.Audio(data), MANY)

    assert data == note.data
    assert ("audio/mpeg", "voice_note.mp3") == (note.content_type, note.filename)
    assert pytest.approx(2.2, abs=0.01) == note.duration


def test_others_become_the_first_target(sample: Sample) -> None:
    """What the provider does not take becomes what it prefers."""
    note = prepare(vn.Audio(sample("speech.flac")), MANY)

    assert Format.M4A == sniff(note.data)
    assert ("audio/x-m4a", "voice_note.m4a") == (note.content_type, note.filename)


def test_caf_is_always_wrapped_anew_where_only_caf_goes(sample: Sample) -> None:
    """An old CAF gets the cookie, the priming and the equal packets of a right one."""
    note = prepare(vn.Audio(sample("ffmpeg51_no_kuki.caf")), CAF)

    assert b"kuki" == note.data[52:56]
    assert 312 == read_caf_opus(note.data).pre_skip


def test_caf_passes_where_much_goes(sample: Sample) -> None:
    """A CAF goes untouched to a provider that takes others, too."""
    data = sample("voice_24k.caf").read_bytes()

    assert data == prepare(vn.Audio(data), MANY).data


def test_too_large_for_the_provider_is_encoded_smaller(sample: Sample) -> None:
    """A file in an accepted format that is too large is encoded."""
    spec = AudioSpec(frozenset({Format.WAV}), (Format.M4A,), max_bytes=20_000)

    note = prepare(vn.Audio(sample("speech.wav")), spec)

    assert Format.M4A == sniff(note.data)
    assert len(note.data) <= 20_000


def test_opus_that_is_too_large_is_encoded_smaller(sample: Sample) -> None:
    """Opus of a high bit rate is encoded where wrapping it anew would not do."""
    audio = vn.Audio(sample("speech.wav"))
    large = convert(audio, Format.OGG_OPUS, AudioSettings(bit_rate=128_000))

    note = prepare(large, AudioSpec.caf_opus(max_bytes=15_000))

    assert len(note.data) <= 15_000 < len(large.data)


def test_too_large_for_the_provider_whatever_is_done(sample: Sample) -> None:
    """What cannot be made small enough is refused, with the sizes."""
    spec = AudioSpec.caf_opus(max_bytes=5_000)

    with pytest.raises(AudioTooLargeError, match="5,000 are taken"):
        prepare(vn.Audio(sample("speech.wav")), spec)
    with pytest.raises(AudioTooLargeError, match="5,000 are taken"):
        prepare(vn.Audio(sample("speech.ogg")), spec)


def test_too_large_an_input(sample: Sample) -> None:
    """The limit on what comes in names its setting."""
    settings = AudioSettings(max_bytes=1_000)

    with pytest.raises(AudioTooLargeError, match=r"105,644 .*AudioSettings\.max_bytes"):
        prepare(vn.Audio(sample("speech.wav")), CAF, settings)


@pytest.mark.parametrize(
    "name",
    ["speech.ogg", "speech.mp3", "speech.webm", "vorbis.ogg", "pcm.caf", "speech.amr"],
)
def test_too_long(sample: Sample, name: str) -> None:
    """Every way of preparing counts the seconds, stated beforehand or not."""
    settings = AudioSettings(max_seconds=2)

    with pytest.raises(AudioTooLongError, match="the limit is 2 s"):
        prepare(vn.Audio(sample(name)), CAF, settings)


def test_too_long_for_the_provider(sample: Sample) -> None:
    """A provider's own limit counts, too."""
    spec = AudioSpec(
        frozenset({Format.MP3}), (Format.M4A,), max_bytes=10**6, max_seconds=2
    )

    with pytest.raises(AudioTooLongError, match="the limit is 2 s"):
        prepare(vn.Audio(sample("speech.mp3")), spec)


def test_chained_ogg_is_decoded(sample: Sample) -> None:
    """Ogg that cannot be wrapped anew is encoded instead."""
    data = sample("speech.ogg").read_bytes() * 2

    note = prepare(vn.Audio(data), CAF)

    assert pytest.approx(4.4, abs=0.05) == note.duration


def test_damaged_pages_are_decoded_around(sample: Sample) -> None:
    """Ogg with a damaged page is encoded from what can be decoded."""
    data = bytearray(sample("speech.ogg").read_bytes())
    data[3000] ^= 255

    note = prepare(vn.Audio(bytes(data)), CAF)

    assert Format.CAF_OPUS == sniff(note.data)


@pytest.mark.parametrize("target", TARGETS)
def test_convert_makes_every_target(sample: Sample, target: Format) -> None:
    """Every format that can be asked for is made, and lasts as long as it should."""
    note = convert(vn.Audio(sample("speech.flac")), target)

    with av.open(io.BytesIO(note.data)) as container:
        (stream,) = container.streams
        seconds = sum(f.samples for f in container.decode(stream)) / stream.sample_rate

    assert target == sniff(note.data)
    assert pytest.approx(2.2, abs=0.021) == seconds
    assert 2.2 == note.duration


def test_m4a_has_its_index_in_front(sample: Sample) -> None:
    """An M4A can be played while it is still fetched."""
    data = convert(vn.Audio(sample("speech.flac")), Format.M4A).data

    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("target", TARGETS)
def test_encoding_is_deterministic(sample: Sample, target: Format) -> None:
    """The same input gives the same bytes."""
    audio = vn.Audio(sample("speech.flac"))

    assert convert(audio, target).data == convert(audio, target).data


def test_convert_refuses_what_cannot_be_made(sample: Sample) -> None:
    """A target that nothing writes is refused by name, with the others."""
    with pytest.raises(vn.AudioError, match="flac cannot be made.*ogg-opus"):
        convert(vn.Audio(sample("speech.wav")), Format.FLAC)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_raw_samples_keep_their_duration(rate: int, channels: int) -> None:
    """Raw samples of any usual rate become a note of exactly their duration."""
    data = bytes(2 * channels * rate)

    note = prepare(vn.Audio(data, pcm=PCM(rate, channels)), CAF)

    assert 24_000 == read_caf_opus(note.data).valid / 2
    assert 1.0 == note.duration


def test_raw_samples_become_wav_without_a_decoder(
    sample: Sample, no_decoder: None
) -> None:
    """Raw samples get a WAV header in pure Python."""
    data = sample("speech_pcm16_24k.raw").read_bytes()

    note = prepare(vn.Audio(data, pcm=PCM(24_000)), MANY)

    with wave.open(io.BytesIO(note.data)) as file:
        assert (1, 2, 24_000) == file.getparams()[:3]
        assert data == file.readframes(file.getnframes())


@pytest.mark.parametrize("name", ["speech.ogg", "voice_24k.caf", "opus_60ms.opus"])
def test_opus_needs_no_decoder(sample: Sample, no_decoder: None, name: str) -> None:
    """Mono Opus is wrapped anew with nothing installed."""
    note = prepare(vn.Audio(sample(name)), CAF)

    assert pytest.approx(2.2, abs=0.02) == note.duration


def test_inbound_notes_become_ogg_without_a_decoder(
    sample: Sample, no_decoder: None
) -> None:
    """A CAF that came in becomes an Ogg, as speech-to-text services want it."""
    note = convert(vn.Audio(sample("voice_24k.caf")), Format.OGG_OPUS)

    assert Format.OGG_OPUS == sniff(note.data)
    assert ("audio/ogg", 2.2) == (note.content_type, note.duration)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("speech.mp3", "it is mp3"),
        ("stereo.ogg", "2 channels"),
        ("speech.webm", "webm"),
    ],
    ids=["mp3", "stereo", "webm"],
)
@pytest.mark.parametrize("work", [prepare, outline], ids=["prepare", "outline"])
def test_nothing_to_decode_with(
    sample: Sample,
    no_decoder: None,
    work: Callable[[vn.Audio, AudioSpec], object],
    name: str,
    why: str,
) -> None:
    """Without PyAV and ffmpeg the error names the extra, and what needs none."""
    with pytest.raises(MissingAudioSupportError, match=why) as caught:
        work(vn.Audio(sample(name)), CAF)

    assert "pip install 'voicenote[audio]'" in str(caught.value)
    assert "Ogg-Opus" in str(caught.value)


def test_the_first_target_that_can_be_made(sample: Sample, no_decoder: None) -> None:
    """Without an encoder, Ogg-Opus becomes CAF where M4A would be preferred."""
    note = prepare(vn.Audio(sample("speech.ogg")), MANY)

    assert Format.CAF_OPUS == sniff(note.data)


def test_progress_is_told(sample: Sample) -> None:
    """Progress is called with seconds that only grow, once a second of sound."""
    told: list[float] = []

    prepare(vn.Audio(sample("speech.wav")), CAF, progress=told.append)

    assert sorted(told) == told
    assert 3 == len(told)


class Cancelled(OSError):  # noqa: N818 -- as callers might name it
    """What a caller might raise; an OSError, as InterruptedError is."""


@pytest.mark.parametrize("target", TARGETS)
def test_progress_may_end_the_work(sample: Sample, target: Format) -> None:
    """What progress raises comes through unchanged."""

    def stop(_: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        convert(vn.Audio(sample("speech.flac")), target, progress=stop)


@pytest.mark.parametrize(
    ("name", "spec", "action", "target"),
    [
        ("speech.mp3", MANY, Action.PASS, Format.MP3),
        ("speech.ogg", CAF, Action.REWRAP, Format.CAF_OPUS),
        ("speech.webm", CAF, Action.REWRAP, Format.CAF_OPUS),
        ("speech.flac", CAF, Action.ENCODE, Format.CAF_OPUS),
        ("speech.flac", MANY, Action.ENCODE, Format.M4A),
        ("speech.ogg", MANY, Action.ENCODE, Format.M4A),
    ],
)
def test_outline_keeps_its_word(
    sample: Sample, name: str, spec: AudioSpec, action: Action, target: Format
) -> None:
    """A forecast names what happens then; its size is right within a tenth."""
    audio = vn.Audio(sample(name))

    seen = outline(audio, spec)
    note = prepare(audio, spec)

    assert (action, target) == (seen.action, seen.format)
    assert target == sniff(note.data)
    assert pytest.approx(len(note.data), rel=0.15) == seen.size
    assert pytest.approx(note.duration, abs=0.02) == seen.duration


def test_outline_of_what_only_decoding_tells(sample: Sample) -> None:
    """Where the bytes tell no duration, the forecast states none."""
    seen = outline(vn.Audio(sample("vorbis.ogg")), CAF)

    assert (None, None) == (seen.size, seen.duration)


def test_outline_of_a_large_result(sample: Sample) -> None:
    """A forecast says that the result may be too large."""
    seen = outline(vn.Audio(sample("speech.wav")), AudioSpec.caf_opus(max_bytes=5_000))

    assert ("it may exceed the 5,000 bytes that are taken",) == seen.doubts


def test_outline_of_a_cut_file(sample: Sample) -> None:
    """A forecast passes on what does not fit together."""
    seen = outline(vn.Audio(sample("truncated_faststart.m4a")), CAF)

    assert ("it is cut off before its end",) == seen.doubts


def test_outline_of_samples_that_are_none(sample: Sample) -> None:
    """A forecast doubts raw samples that begin with a WAV's header."""
    data = sample("speech.wav").read_bytes()

    seen = outline(vn.Audio(data, pcm=PCM(24_000)), CAF)

    (doubt,) = seen.doubts
    assert "it begins as wav does" in doubt


def test_outline_does_not_decode(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forecast opens nothing with PyAV, except to look into a WebM."""

    def explode(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(av, "open", explode)

    assert Action.ENCODE == outline(vn.Audio(sample("speech.m4a")), CAF).action


def test_wav_of_a_thousand_channels() -> None:
    """Absurd numbers of channels are refused before anything is decoded."""
    data = wav(channels=1000)

    with pytest.raises(UnsupportedAudioError, match="1000 channels"):
        prepare(vn.Audio(data), CAF)


def test_wav_of_an_unknown_coding() -> None:
    """A WAV whose coding nothing knows is unsupported, not a crash."""
    data = wav(tag=0x7777)

    with pytest.raises(vn.AudioError):
        prepare(vn.Audio(data), CAF)


def test_output_gain_is_applied_by_decoding(sample: Sample) -> None:
    """Opus with an output gain is encoded: a CAF cannot state one."""
    data = bytearray(sample("speech.ogg").read_bytes())
    data[28 + 16 : 28 + 18] = (-1536).to_bytes(2, "little", signed=True)  # -6 dB
    data[22:26] = bytes(4)
    data[22:26] = checksum(bytes(data[:47])).to_bytes(4, "little")

    seen = outline(vn.Audio(bytes(data)), CAF)

    assert Action.ENCODE == seen.action


def test_broken_pyav(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A PyAV whose libraries are missing is named, with the cause."""
    (tmp_path / "av.py").write_text("raise ImportError('libavcodec.so is missing')")
    monkeypatch.delitem(sys.modules, "av")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(MissingAudioSupportError, match="libavcodec.so is missing"):
        prepare(vn.Audio(sample("speech.wav")), CAF)


def test_tiny_ogg(sample: Sample) -> None:
    """The first hundred bytes of an Ogg are damaged."""
    with pytest.raises(DamagedAudioError):
        prepare(vn.Audio(sample("speech.ogg").read_bytes()[:100]), CAF)


def test_wav_without_samples() -> None:
    """A WAV that is only a header has no sound."""
    with pytest.raises(NoAudioError, match="a header, and no samples"):
        prepare(vn.Audio(wav()[:44]), CAF)


def webm(*packets: bytes) -> bytes:
    """Return a WebM file of Opus *packets*."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000)
        stream.codec_context.layout = "mono"
        container.start_encoding()
        for number, content in enumerate(packets):
            packet = av.Packet(content)
            packet.pts = packet.dts = number * 60
            packet.stream = stream
            container.mux(packet)
    return file.getvalue()


def test_webm_whose_packets_change_their_length() -> None:
    """Browsers may change the length of packets; such a WebM is encoded."""
    even = webm(b"\x18a", b"\x18b", b"\x18c")
    mixed = webm(b"\x18a", b"\x08b", b"\x18c")

    assert Action.REWRAP == outline(vn.Audio(even), CAF).action
    assert Action.ENCODE == outline(vn.Audio(mixed), CAF).action


def test_webm_without_sound() -> None:
    """A WebM with video only has no sound; it takes decoding to know."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))

    with pytest.raises(NoAudioError):
        prepare(vn.Audio(file.getvalue()), CAF)


def wav(*, channels: int = 1, tag: int = 1) -> bytes:
    """Return a WAV file whose header lies."""
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setparams((1, 2, 24_000, 0, "NONE", ""))
        made.writeframes(bytes(4000))
    data = file.getvalue()
    fields = tag.to_bytes(2, "little") + channels.to_bytes(2, "little")
    return data[:20] + fields + data[24:]


def test_outline_is_a_plain_noun(sample: Sample) -> None:
    """A forecast compares equal to another of the same audio."""
    audio = vn.Audio(sample("speech.wav"))

    first: Outline = outline(audio, CAF)

    assert first == outline(audio, CAF)
