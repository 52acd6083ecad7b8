"""
Linq, played: https://docs.linqapp.com as far as a voice note needs it.
"""

from ._player import LinqPlayer


__all__ = ["LinqPlayer"]
