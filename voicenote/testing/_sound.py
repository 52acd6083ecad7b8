"""
A sound for tests: small, real, and made without an encoder.
"""

from .._models import Audio
from ..audio import AudioSpec, Format
from ..audio._caf import write_caf_opus
from ..audio._ogg import write_ogg_opus
from ..audio._opus import LOOK_AHEAD, RATE, OpusStream, Packets


# A frame of 20 ms of silence, mono. https://www.rfc-editor.org/rfc/rfc6716#section-3.1
_SILENCE = b"\xf8\xff\xfe"
_FRAME = RATE // 50

_WRITERS = {Format.CAF_OPUS: write_caf_opus, Format.OGG_OPUS: write_ogg_opus}


def silence(seconds: float = 1.0, form: Format = Format.CAF_OPUS) -> Audio:
    """
    Return audio that every test can afford: silence, as Opus.

    Args:
        seconds: Its length, above 0.

        form: `Format.CAF_OPUS` or `Format.OGG_OPUS`.

    Raises:
        ValueError: Another format, which would need an encoder.
    """
    if form not in _WRITERS:
        raise ValueError(f"silence comes as {' or '.join(_WRITERS)}, not as {form}")
    valid = max(1, round(seconds * RATE))
    frames = -(-(valid + LOOK_AHEAD) // _FRAME)
    packets = Packets.cut(_SILENCE * frames, [len(_SILENCE)] * frames)
    return Audio(
        _WRITERS[form](OpusStream(packets, valid, LOOK_AHEAD, 1)),
        content_type=form.content_type,
        filename=f"voice_note{form.suffix}",
        duration=seconds,
    )


def prepared_for(spec: AudioSpec) -> Audio:
    """
    Return a second of silence as the core would hand it to a provider with *spec*.

    A provider that takes neither of the two gets Opus under the name that it wants:
    it has no business looking inside.
    """
    for form in _WRITERS:
        if form in spec.takes:
            return silence(1.0, form)
    target = spec.targets[0]
    return Audio(
        silence().data,
        content_type=target.content_type,
        filename=f"voice_note{target.suffix}",
        duration=1.0,
    )
