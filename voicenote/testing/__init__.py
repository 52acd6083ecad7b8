"""
Tools for people who write providers, and for their tests.
"""

from ._rehearsal import Rehearsal, answer, rehearse


__all__ = ["Rehearsal", "answer", "rehearse"]
