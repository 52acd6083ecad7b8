"""
Sendblue, played: https://docs.sendblue.com as far as a voice note needs it.
"""

from ._player import SendbluePlayer


__all__ = ["SendbluePlayer"]
