"""What importing the package costs, and who may import what."""

import ast
import subprocess
import sys

from collections.abc import Iterator
from pathlib import Path

import pytest

import voicenote.audio


FOLDER = Path(voicenote.audio.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level names that *tree* imports at run time."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If):  # TYPE_CHECKING
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]
        yield from imports(node)


@pytest.mark.parametrize(
    ("name", "home"), [("av", "_transcode.py"), ("subprocess", "_ffmpeg.py")]
)
def test_effects_have_one_home(name: str, home: str) -> None:
    """PyAV and processes are imported in one module each."""
    found = {
        path.name for path in MODULES if name in imports(ast.parse(path.read_text()))
    }

    assert {home} == found


def test_importing_is_cheap() -> None:
    """Importing the package imports no PyAV."""
    program = "import sys, voicenote.audio; print('av' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "False" == done.stdout.strip()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_slow_imports_are_inside_functions(path: Path) -> None:
    """No module imports PyAV or subprocess when it is imported itself."""
    top = ast.parse(path.read_text())
    top.body = [node for node in top.body if isinstance(node, ast.Import)]

    assert not {"av", "subprocess"} & set(imports(top))


def test_all_is_sorted() -> None:
    """The public names are sorted, as ruff sorts them, and they exist."""
    names = voicenote.audio.__all__

    assert sorted(names, key=lambda name: (not name.isupper(), name)) == names
    assert all(hasattr(voicenote.audio, name) for name in names)
