"""Where audio may come from, and the messages when it does not."""

import io
import os
import socket

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import voicenote as vn

from voicenote._errors import AudioTooLargeError, UnrecognizedAudioError
from voicenote.audio import AudioSettings, AudioSpec, inspect, outline, prepare


Sample = Callable[[str], Path]
CAF = AudioSpec.caf_opus()


class OneWay(io.RawIOBase):
    """A file that gives a few bytes at a time, and cannot go back."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._file.read(min(1000, len(buffer)))
        buffer[: len(chunk)] = chunk
        return len(chunk)


@pytest.mark.parametrize(
    "opened",
    [
        Path,
        lambda path: path.read_bytes(),
        lambda path: bytearray(path.read_bytes()),
        lambda path: io.BytesIO(path.read_bytes()),
        lambda path: OneWay(path.read_bytes()),
        str,
    ],
    ids=["path", "bytes", "bytearray", "file", "one-way file", "text path"],
)
def test_every_source_gives_the_same(
    sample: Sample, opened: Callable[[Path], Any]
) -> None:
    """A path, bytes and open files become the same note."""
    path = sample("speech.ogg")

    note = prepare(vn.Audio(opened(path)), CAF)

    assert prepare(vn.Audio(path), CAF).data == note.data


def test_open_file_is_put_back(sample: Sample) -> None:
    """A file that can seek is as before, so that it may be used twice."""
    file = io.BytesIO(b"junk" + sample("speech.ogg").read_bytes())
    file.seek(4)

    outline(vn.Audio(file), CAF)
    first = prepare(vn.Audio(file), CAF)

    assert first == prepare(vn.Audio(file), CAF)
    assert 4 == file.tell()


@pytest.mark.parametrize("work", [lambda a: outline(a, CAF)], ids=["outline"])
def test_one_way_file_is_not_used_up(
    sample: Sample, work: Callable[[vn.Audio], object]
) -> None:
    """A forecast does not read what could not be read again."""
    file = OneWay(sample("speech.ogg").read_bytes())

    with pytest.raises(vn.AudioError, match="read only once"):
        work(vn.Audio(file))
    assert prepare(vn.Audio(file), CAF).data


def test_pipe_by_path(sample: Sample) -> None:
    """A path that is a pipe, as shells make for <(...), is read."""
    reading, writing = os.pipe()
    os.write(writing, sample("speech.ogg").read_bytes())
    os.close(writing)

    note = prepare(vn.Audio(Path(f"/dev/fd/{reading}")), CAF)

    os.close(reading)
    assert 2.2 == note.duration


def test_missing_file(tmp_path: Path) -> None:
    """A missing file is named."""
    path = tmp_path / "none.mp3"

    with pytest.raises(vn.AudioError, match=f"there is no file {path}"):
        prepare(vn.Audio(path), CAF)


def test_missing_relative_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing file with a relative path comes with the folder that was looked in."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(vn.AudioError, match=f"no file none.mp3 in {tmp_path}"):
        prepare(vn.Audio("none.mp3"), CAF)


def test_folder(tmp_path: Path) -> None:
    """A folder is called one."""
    with pytest.raises(vn.AudioError, match="is a folder"):
        prepare(vn.Audio(tmp_path), CAF)


def test_unreadable_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that may not be read is refused with that reason."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(vn.AudioError, match=r"x\.mp3 may not be read: permission"):
        prepare(vn.Audio(tmp_path / "x.mp3"), CAF)


def test_path_that_is_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that cannot be opened at all is refused with the system's reason."""
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")

        with pytest.raises(vn.AudioError, match="s cannot be read"):
            prepare(vn.Audio(Path("s")), CAF)


def test_path_with_a_null() -> None:
    """A path that no system has is refused, not a ValueError."""
    with pytest.raises(vn.AudioError, match="cannot be read"):
        prepare(vn.Audio(Path("a\0b")), CAF)


def test_text_file_object(tmp_path: Path) -> None:
    """A file that is open in text mode is refused with the mode to use."""
    path = tmp_path / "voice.mp3"
    path.write_bytes(b"\xff\xfb" * 100)

    with path.open() as file, pytest.raises(vn.AudioError, match="mode 'rb'"):
        prepare(vn.Audio(file), CAF)  # type: ignore[arg-type]


def test_object_that_gives_text() -> None:
    """An object whose read() gives text is refused."""

    class Text:
        def read(self, _: int = -1) -> str:
            return "text"

    with pytest.raises(vn.AudioError, match="gives text"):
        prepare(vn.Audio(Text()), CAF)  # type: ignore[arg-type]


def test_closed_file(sample: Sample) -> None:
    """A closed file cannot be read."""
    file = io.BytesIO(sample("speech.ogg").read_bytes())
    file.close()

    with pytest.raises(vn.AudioError, match="cannot be read"):
        prepare(vn.Audio(file), CAF)


@pytest.mark.parametrize("source", [b"", io.BytesIO()], ids=["bytes", "file"])
def test_empty(source: Any) -> None:
    """Nothing is no audio."""
    with pytest.raises(UnrecognizedAudioError, match="0 bytes"):
        prepare(vn.Audio(source), CAF)


def test_endless_file() -> None:
    """A file that never ends is read up to the limit and no further."""

    class Endless:
        given = 0

        def read(self, size: int) -> bytes:
            self.given += size
            return bytes(size)

    file = Endless()

    with pytest.raises(AudioTooLargeError, match="more than 5,000,000 bytes"):
        prepare(vn.Audio(file), CAF, AudioSettings(max_bytes=5_000_000))  # type: ignore[arg-type]
    assert 5_000_001 == file.given


@pytest.mark.parametrize(
    "work",
    [lambda a: prepare(a, CAF), lambda a: outline(a, CAF), inspect],
    ids=["prepare", "outline", "inspect"],
)
def test_url_is_not_fetched(work: Callable[[vn.Audio], object]) -> None:
    """A URL is the core's business; its query is not shown."""
    audio = vn.Audio("https://example.com/a.mp3?token=secret")

    with pytest.raises(vn.AudioError, match="is a URL") as caught:
        work(audio)
    assert "secret" not in str(caught.value)
