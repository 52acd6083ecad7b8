"""
Which of FFmpeg's demuxers a format gets: never one that FFmpeg chooses.
"""

from ._spec import Format


DEMUXERS = {
    Format.CAF_OPUS: "caf",
    Format.CAF: "caf",
    Format.OGG_OPUS: "ogg",
    Format.OGG: "ogg",
    Format.WAV: "wav",
    Format.AIFF: "aiff",
    Format.AU: "au",
    Format.FLAC: "flac",
    Format.AMR: "amr",
    Format.MP3: "mp3",
    Format.AAC: "aac",
    Format.M4A: "mov",
    Format.MP4: "mov",
    Format.THREE_GP: "mov",
    Format.WEBM: "matroska",
    Format.MATROSKA: "matroska",
    Format.ASF: "asf",
}
"""The one demuxer that a format gets."""
