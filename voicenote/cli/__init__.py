"""
The command ``voicenote``.

Rule: this package alone prints. It decides nothing that the library can decide.
"""

from ._app import app
from ._check import check
from ._convert import convert_file
from ._demo import demo
from ._inspect import inspect_file
from ._listen import listen
from ._log import log
from ._providers import providers
from ._sandbox import sandbox
from ._send import send
from ._status import status
from ._wait import wait


__all__ = ["app"]

# In the order in which the help lists them.
app.command()(send)
app.command()(status)
app.command()(wait)
app.command()(listen)
app.command()(log)
app.command()(providers)
app.command()(check)
app.command("inspect")(inspect_file)
app.command("convert")(convert_file)
app.command()(sandbox)
app.command()(demo)
