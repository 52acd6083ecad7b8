"""
What converting audio costs: against a bare PyAV loop, and in memory.

Run as ``python benchmarks/audio.py``. Exits with 1 if a limit is missed. Processor time
and medians of interleaved runs, because a shared machine's clock says little.
"""

import io
import subprocess
import sys
import tempfile
import time
import wave

from collections.abc import Callable
from pathlib import Path
from statistics import median

import attrs
import av

from voicenote import Audio
from voicenote.audio import AudioSpec, Format, convert, prepare


SPEECH = Path(__file__).parents[1] / "tests" / "audio" / "samples" / "speech.wav"
SPEC = AudioSpec.caf_opus()

_MEMORY = """
from pathlib import Path
from voicenote import Audio
from voicenote.audio import AudioSettings, AudioSpec, prepare

settings = AudioSettings(max_seconds=4000)
note = prepare(Audio(Path({path!r})), AudioSpec.caf_opus(), settings)
assert note.duration > 3590, note.duration
try:  # a child's ru_maxrss begins with its parent's
    text = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in text.splitlines() if "VmHWM" in line))
except OSError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@attrs.frozen
class Row:
    """One line of the table: *ours* and *alternative* are shown, *ratio* decides."""

    name: str
    ours: str
    alternative: str
    ratio: float
    limit: str
    is_kept: bool


def speech(seconds: int) -> bytes:
    """Return *seconds* of 16-bit samples: 24 kHz, mono."""
    with wave.open(str(SPEECH)) as file:
        samples = file.readframes(file.getnframes())
    needed = seconds * 24_000 * 2
    return (samples * (needed // len(samples) + 1))[:needed]


def encoded(seconds: int, muxer: str, codec: str) -> bytes:
    """Return *seconds* of speech, as PyAV writes it."""
    file, samples = io.BytesIO(), speech(seconds)
    # Without their headers, one-minute MP3s make an hour end to end.
    options = {"write_xing": "0", "id3v2_version": "0"} if muxer == "mp3" else {}
    with av.open(file, "w", format=muxer, options=options) as container:
        stream = container.add_stream(codec, rate=24_000)
        stream.codec_context.layout = "mono"
        frame = av.AudioFrame("s16", "mono", len(samples) // 2)
        frame.sample_rate = 24_000
        frame.planes[0].update(samples)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def bare(data: bytes) -> int:
    """Decode, resample and encode *data*, and return the bytes: the least there is."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 24_000, "mono", "s16"
    encoder.bit_rate = 32_000
    encoder.options = {"application": "voip"}
    resampler = av.AudioResampler("s16", "mono", 24_000, 480)
    packets: list[bytes] = []
    with av.open(io.BytesIO(data), "r", format="mp3") as container:
        for frame in container.decode(audio=0):
            for one in resampler.resample(frame):
                packets.extend(map(bytes, encoder.encode(one)))
    for one in resampler.resample(None):
        packets.extend(map(bytes, encoder.encode(one)))
    packets.extend(map(bytes, encoder.encode(None)))
    return sum(map(len, packets))


def compare(
    ours: Callable[[], object], other: Callable[[], object], runs: int
) -> tuple[float, float, float]:
    """Return the medians of both in seconds, and the median of their ratios."""
    pairs = []
    for number in range(runs):
        first, second = (ours, other) if number % 2 else (other, ours)
        one, two = _timed(first), _timed(second)
        pairs.append((one, two) if number % 2 else (two, one))
    ratio = median(a / b for a, b in pairs)
    return median(a for a, _ in pairs), median(b for _, b in pairs), ratio


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def encoding() -> Row:
    """Compare a minute of MP3 through `prepare` with the bare loop."""
    data = encoded(60, "mp3", "libmp3lame")
    ours, other, ratio = compare(
        lambda: prepare(Audio(data), SPEC), lambda: bare(data), 11
    )
    return Row(
        "1 min of MP3, against bare PyAV",
        f"{ours * 1000:.0f} ms",
        f"{other * 1000:.0f} ms",
        ratio,
        "<= 1.1",
        ratio <= 1.1,
    )


def rewrapping() -> Row:
    """Compare wrapping 15 s of Ogg-Opus anew with encoding it."""
    wav = encoded(15, "wav", "pcm_s16le")
    note = convert(Audio(wav), Format.OGG_OPUS)
    ours, other, _ = compare(
        lambda: [prepare(note, SPEC) for _ in range(50)],
        lambda: prepare(Audio(wav), SPEC),
        11,
    )
    ratio = other / (ours / 50)
    return Row(
        "15 s of Ogg-Opus, against encoding",
        f"{ours / 50 * 1000:.2f} ms",
        f"{other * 1000:.0f} ms",
        ratio,
        ">= 100",
        ratio >= 100,
    )


def memory() -> Row:
    """Return the peak memory of a process that prepares an hour of MP3."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hour.mp3")
        path.write_bytes(encoded(60, "mp3", "libmp3lame") * 60)
        program = _MEMORY.format(path=str(path))
        done = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        size = path.stat().st_size / 1e6
    peak = int(done.stdout) / 1000
    return Row(
        "60 min of MP3 by path, peak memory",
        f"{peak:.0f} MB",
        f"({size:.0f} MB file)",
        peak / 100,
        "<= 100 MB",
        peak <= 100,
    )


def main() -> int:
    """Print the table, and return 1 if a limit is missed."""
    print(f"{'':36}{'ours':>10}{'alternative':>14}{'ratio':>8}  limit")
    missed = 0
    for measure in (encoding, rewrapping, memory):
        row = measure()
        missed += not row.is_kept
        verdict = "" if row.is_kept else "  MISSED"
        print(
            f"{row.name:36}{row.ours:>10}{row.alternative:>14}{row.ratio:>8.2f}"
            f"  {row.limit}{verdict}"
        )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
