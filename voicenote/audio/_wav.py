"""
Raw samples as a WAV file.
"""

import struct

from .._models import PCM


def write_wav(samples: bytes, pcm: PCM) -> bytes:
    """Return *samples* as a WAV file, without a last frame that is incomplete."""
    block = 2 * pcm.channels
    size = len(samples) // block * block
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + size, b"WAVE", b"fmt ", 16),
        *(1, pcm.channels, pcm.rate, pcm.rate * block, block, 16),
        *(b"data", size),
    )
    return head + samples[:size]
