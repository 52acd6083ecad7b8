"""
Loading plugins: a broken one hurts only who asks for it.
"""

from importlib.metadata import EntryPoint

import pytest

import voicenote

from voicenote import ConfigError
from voicenote._plugins import load


FAKE = """
import voicenote

class {cls}:
    name = {name!r}

@voicenote.hookimpl
def voicenote_providers({argument}):
    return {listed}
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Write a plugin, and return its entry point."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def installed(module, source):
        (tmp_path / f"{module}.py").write_text(source)
        return EntryPoint(module, module, "voicenote")

    return installed


def _source(name, *, listed="[Fake]", argument=""):
    return FAKE.format(cls="Fake", name=name, listed=listed, argument=argument)


def test_a_plugin_adds_its_provider(install):
    """One file with one hook is enough."""
    plugins = load([install("vn_one", _source("one"))], {})

    assert "one" == plugins.provider("one").name


def test_a_plugin_may_add_two(install):
    """A vendor with two products is one plugin."""
    source = _source("one", listed="[Fake, type('Two', (), {'name': 'two'})]")

    assert {"one", "two"} == set(load([install("vn_two", source)], {}).providers)


BROKEN = {
    "import": "import nowhere_to_be_found",
    "raises": "raise RuntimeError('at import')",
    "hook raises": _source("broken", listed="1 / 0"),
    "wrong type": _source("broken", listed="['broken']"),
    "wrong argument": _source("broken", argument="nonsense"),
    "wrong hook": _source("broken").replace(
        "voicenote_providers", "voicenote_provider"
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_plugin_hurts_nobody_else(install, how):
    """The others load, and asking for the broken one raises its cause."""
    name = f"vn_{how.replace(' ', '_')}"
    broken = install(name, BROKEN[how])

    plugins = load([broken, install("vn_good", _source("good"))], {})

    assert ["good"] == list(plugins.providers)
    with pytest.raises(ConfigError, match="is broken") as caught:
        plugins.provider(name)
    assert caught.value.__cause__ is plugins.found[0].error


def test_two_plugins_with_one_provider_are_told(install):
    """Neither wins by chance: the error names both."""
    plugins = load(
        [install("vn_a", _source("same")), install("vn_b", _source("same"))], {}
    )

    with pytest.raises(ConfigError, match=r"vn_a .* and vn_b"):
        plugins.provider("same")


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"VOICENOTE_PLUGINS": "vn_x"}, ["x"]),
        ({"VOICENOTE_DISABLED_PLUGINS": "vn_x, vn_z"}, ["y"]),
        ({}, ["x", "y"]),
    ],
    ids=["only", "without", "all"],
)
def test_plugins_may_be_left_out(install, env, expected):
    """The environment lists the only ones, or those that are not wanted."""
    points = [install("vn_x", _source("x")), install("vn_y", _source("y"))]

    assert expected == list(load(points, env).providers)


def test_bundled_providers_come_through_the_same_door():
    """Linq and Sendblue are plugins like any other."""
    from voicenote.config import installed

    assert {"linq", "sendblue"} <= set(installed().providers)
    assert {"linq", "sendblue"} <= set(installed().players)


def test_a_word_far_from_everything_gets_no_suggestion(install):
    """A suggestion is only made if it is close."""
    with pytest.raises(
        ConfigError, match=r"no provider 'zzz' among those installed \(one\)$"
    ):
        load([install("vn_one2", _source("one"))], {}).provider("zzz")


def test_discovery_waits_for_the_first_use():
    """Importing voicenote loads no plugin."""
    import subprocess
    import sys

    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import voicenote, sys; print('voicenote_linq' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "False" == loaded.stdout.strip()


def test_every_public_name_is_there():
    """The one list of names is sorted, and true."""
    names = voicenote.__all__

    assert all(hasattr(voicenote, name) for name in names)
    assert len(names) == len(set(names))
