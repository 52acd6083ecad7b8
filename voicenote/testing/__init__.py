"""
Tools for people who write providers, and for their users' tests.
"""

from ._rehearsal import Rehearsal, answer, rehearse
from ._scrub import scrub, vcr_config


__all__ = ["Rehearsal", "answer", "rehearse", "scrub", "vcr_config"]
