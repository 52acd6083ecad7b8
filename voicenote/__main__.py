"""
The command ``voicenote``, also as ``python -m voicenote``.
"""

import sys


def main() -> None:
    """Run the command line, or say what it needs."""
    try:
        from .cli import app  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"rich", "typer"}:
            raise
        sys.exit("the command line needs more: pip install 'voicenote[cli]'")
    app()


if __name__ == "__main__":
    main()
