"""Encoding by an ffmpeg that is installed, where PyAV is not."""

import shutil
import stat
import subprocess
import sys

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import voicenote as vn

from voicenote._errors import (
    AudioTooLongError,
    DamagedAudioError,
    MissingAudioSupportError,
    NoAudioError,
)
from voicenote._models import PCM
from voicenote.audio import AudioSettings, AudioSpec, Format, convert, prepare, sniff


Sample = Callable[[str], Path]
CAF = AudioSpec.caf_opus()
TARGETS = ["caf-opus", "ogg-opus", "m4a", "mp3", "wav"]

needs_ffmpeg = pytest.mark.skipif(
    not shutil.which("ffmpeg"), reason="ffmpeg is not installed"
)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_av: None) -> Any:
    """Put a Python program on the PATH under ffmpeg's name."""

    def install(program: str) -> Path:
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!{sys.executable}\nimport sys\n{program}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path))
        return tmp_path

    return install


@needs_ffmpeg
@pytest.mark.parametrize(
    "name",
    ["speech.mp3", "speech.m4a", "speech.amr", "speech.webm", "stereo.ogg", "pcm.caf"],
)
def test_ffmpeg_steps_in(sample: Sample, no_av: None, name: str) -> None:
    """Without PyAV, an installed ffmpeg decodes; the CAF is still our own."""
    note = prepare(vn.Audio(sample(name)), CAF)

    assert pytest.approx(2.2, abs=0.03) == note.duration
    assert (b"kuki", Format.CAF_OPUS) == (note.data[52:56], sniff(note.data))


@needs_ffmpeg
@pytest.mark.parametrize("target", TARGETS)
def test_every_target_from_bytes(sample: Sample, no_av: None, target: str) -> None:
    """Every target is made from bytes, too, which go through a temporary file."""
    data = sample("speech.flac").read_bytes()

    note = convert(vn.Audio(data), Format(target))

    assert (target, 2.2) == (sniff(note.data), note.duration)


@needs_ffmpeg
def test_raw_samples(sample: Sample, no_av: None) -> None:
    """Raw samples are described to ffmpeg."""
    data = sample("speech_pcm16_24k.raw").read_bytes()

    note = prepare(vn.Audio(data, pcm=PCM(24_000)), CAF)

    assert 1.0 == note.duration


@needs_ffmpeg
def test_webm_without_a_stated_length_is_limited(sample: Sample, no_av: None) -> None:
    """What only decoding shows to be too long is refused."""
    with pytest.raises(AudioTooLongError, match="limit is 1 s"):
        prepare(vn.Audio(sample("vorbis.ogg")), CAF, AudioSettings(max_seconds=1))


@needs_ffmpeg
def test_noise_is_damage(no_av: None) -> None:
    """What ffmpeg cannot decode is damaged, with its own words."""
    data = b"\x1a\x45\xdf\xa3" + bytes(2000)

    with pytest.raises(DamagedAudioError, match="cannot be decoded: "):
        prepare(vn.Audio(data), CAF)


def test_what_ffmpeg_is_asked(sample: Sample, fake: Any) -> None:
    """The demuxer is fixed, protocols are bounded, and no CAF is asked for."""
    folder = fake("open(__file__ + '.args', 'w').write('\\n'.join(sys.argv[1:]))")

    for target in TARGETS:
        with pytest.raises(DamagedAudioError):
            convert(vn.Audio(sample("speech.flac")), Format(target))

        words = (folder / "ffmpeg.args").read_text().split("\n")
        reading, writing = words[: words.index("-map")], words[words.index("-map") :]
        assert "flac" == reading[reading.index("-f") + 1]
        assert "file,pipe" == reading[reading.index("-protocol_whitelist") + 1]
        assert "-nostdin" in reading
        assert f"file:{sample('speech.flac')}" == reading[-1]
        assert writing[writing.index("-f") + 1] in ("ogg", "ipod", "mp3", "wav")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("Stream map '0:a:0' matches no streams.", NoAudioError),
        ("Unknown encoder 'libopus'", MissingAudioSupportError),
        ("Invalid data found when processing input", DamagedAudioError),
        ("", DamagedAudioError),
    ],
    ids=["no sound", "no encoder", "damage", "no reason"],
)
def test_ffmpegs_words(
    sample: Sample, fake: Any, words: str, error: type[vn.AudioError]
) -> None:
    """What ffmpeg complains of becomes the error that PyAV's path raises."""
    fake(f"sys.stderr.write({words!r}); sys.exit(1)")

    with pytest.raises(error):
        prepare(vn.Audio(sample("vorbis.ogg")), CAF)


def test_an_empty_ogg_is_no_success(sample: Sample, fake: Any) -> None:
    """An exit status of 0 with no packets is damage."""
    head = sample("speech.ogg").read_bytes()[:47]
    fake(f"open(sys.argv[-1], 'wb').write({head!r})")

    with pytest.raises(DamagedAudioError):
        prepare(vn.Audio(sample("speech.m4a")), CAF)


def test_many_complaints_do_not_block(sample: Sample, fake: Any) -> None:
    """A megabyte of messages fills no pipe."""
    fake("sys.stderr.write('broken frame\\n' * 80000)")

    with pytest.raises(DamagedAudioError, match="broken frame"):
        prepare(vn.Audio(sample("speech.m4a")), CAF)


def test_a_hanging_ffmpeg_is_ended(
    sample: Sample, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that does not end is killed, and the file called damaged."""
    monkeypatch.setattr("voicenote.audio._ffmpeg._START_UP", 0.05)
    fake("sys.stdin.close(); import signal; signal.pause()")

    with pytest.raises(DamagedAudioError, match="took too long"):
        prepare(vn.Audio(sample("vorbis.ogg")), CAF, AudioSettings(max_seconds=0.05))


class Cancelled(Exception):  # noqa: N818 -- as callers might name it
    """What a caller might raise."""


def test_progress_may_end_the_work(sample: Sample, fake: Any) -> None:
    """What progress raises comes through unchanged, and the process is ended."""
    fake("print('out_time_us=500000', flush=True); import signal; signal.pause()")
    told: list[float] = []

    def stop(seconds: float) -> None:
        told.append(seconds)
        raise Cancelled

    with pytest.raises(Cancelled):
        prepare(vn.Audio(sample("speech.m4a")), CAF, progress=stop)
    assert [0.5] == told


def test_a_path_is_never_a_protocol(
    fake: Any, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is named like one of ffmpeg's protocols is read as a file."""
    folder = fake("open(__file__ + '.args', 'w').write('\\n'.join(sys.argv[1:]))")
    monkeypatch.chdir(tmp_path)
    Path("concat:a.flac").write_bytes(sample("speech.flac").read_bytes())

    with pytest.raises(DamagedAudioError):
        prepare(vn.Audio(Path("concat:a.flac")), CAF)

    words = (folder / "ffmpeg.args").read_text().split("\n")
    assert f"file:{tmp_path / 'concat:a.flac'}" in words


def test_fake_is_a_program(fake: Any) -> None:
    """The stand-in can be run at all, or the tests above would prove nothing."""
    folder = fake("print('hello')")

    done = subprocess.run(
        [folder / "ffmpeg"], capture_output=True, text=True, check=True
    )

    assert "hello\n" == done.stdout
