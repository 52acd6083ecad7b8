"""
TOML and environment become providers.
"""

import sys
import types

from importlib.metadata import entry_points

import httpx
import pytest

import voicenote
import voicenote_linq

from voicenote import Client, ConfigError, config
from voicenote._plugins import Plugin, Plugins, load


LINQ = {"LINQ_API_KEY": "s3cret", "VOICENOTE_LINQ_SENDER": "+12025550101"}
SENDBLUE = {
    "SENDBLUE_API_KEY": "k3y",
    "SENDBLUE_API_SECRET": "s3cret",
    "SENDBLUE_FROM_NUMBER": "+12025550102",
}

FILE = """
providers = ["linq", "sendblue"]

[linq]
sender = "+12025550101"

[sendblue]
sender = "+12025550102"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder):
    """Write the configuration file."""

    def written(text, name="voicenote.toml"):
        (folder / name).write_text(text)

    return written


def _names(env, **settings):
    return list(Client.from_config(env=env, **settings).providers)


def test_the_environment_alone_is_enough():
    """One vendor's usual variables configure it, without any file."""
    assert ["sendblue"] == _names(SENDBLUE)


def test_two_complete_sets_need_a_choice():
    """Which one sends is never guessed."""
    with pytest.raises(
        ConfigError, match="linq and sendblue are configured: say which"
    ):
        _names({**LINQ, **SENDBLUE})


def test_a_choice_in_code_needs_no_other():
    """Naming the provider settles what the environment leaves open."""
    assert ["linq"] == _names({**LINQ, **SENDBLUE}, providers=["linq"])


def test_nothing_configured_says_where_it_looked():
    """The error names the variable, the files, and what is installed."""
    with pytest.raises(ConfigError) as caught:
        _names({})

    said = str(caught.value)
    for word in ("VOICENOTE_PROVIDERS", "voicenote.toml", "pyproject.toml", "sendblue"):
        assert word in said


def test_the_file_orders_the_providers(write):
    """The first sends; the next ones take over."""
    write(FILE)

    assert ["linq", "sendblue"] == _names({**LINQ, **SENDBLUE})


def test_one_variable_swaps_the_provider(write):
    """VOICENOTE_PROVIDERS wins over the file."""
    write(FILE)

    assert ["sendblue"] == _names(
        {**LINQ, **SENDBLUE, "VOICENOTE_PROVIDERS": "sendblue"}
    )


def test_pyproject_serves_too(write):
    """[tool.voicenote] holds the same."""
    write('[tool.voicenote.linq]\nsender = "+12025550109"', "pyproject.toml")

    client = Client.from_config(env={"LINQ_API_KEY": "s3cret"})

    assert "+12025550109" == client.providers["linq"].sender


def test_a_pyproject_of_others_is_no_configuration(write):
    """A project file without our table does not count."""
    write('[project]\nname = "x"', "pyproject.toml")

    assert ["sendblue"] == _names(SENDBLUE)


def test_a_second_account_has_a_name_of_its_own(write):
    """`use` says which provider a section configures."""
    write(
        """
        [main]
        use = "sendblue"
        sender = "+12025550102"
        [backup]
        use = "sendblue"
        sender = "+12025550103"
        """
    )

    client = Client.from_config(env=SENDBLUE)

    assert ["main", "backup"] == list(client.providers)
    assert "+12025550103" == client.providers["backup"].sender


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({"VOICENOTE_SENDBLUE_SENDER": "+12025550104"}, "+12025550104"),
        ({}, "+12025550102"),
    ],
    ids=["ours", "file"],
)
def test_our_variable_wins_over_the_file_over_the_vendor_s(write, env, expected):
    """The order of precedence is as documented."""
    write('[sendblue]\nsender = "+12025550102"')
    vendor = {**SENDBLUE, "SENDBLUE_FROM_NUMBER": "+12025550105"}

    client = Client.from_config(env={**vendor, **env})

    assert expected == client.providers["sendblue"].sender


def test_arguments_win_over_everything(write):
    """What code says, goes."""
    write(f"timeout = 30\n{FILE}")

    client = Client.from_config(env={**LINQ, **SENDBLUE}, timeout=5.0)

    assert 5.0 == client.timeout


def test_the_client_s_settings_come_from_the_same_places(write):
    """Limits, retries and the total time have their sections."""
    write(
        f"""
        timeout = 30
        {FILE}
        [audio]
        max_seconds = 60
        bit_rate = 24000
        [retry]
        attempts = 1
        """
    )
    env = {**LINQ, **SENDBLUE, "VOICENOTE_ALLOW_PRIVATE_URLS": "true"}

    client = Client.from_config(env=env)

    assert (30.0, True) == (client.timeout, client.allow_private_urls)
    assert (60.0, 24_000, 1) == (
        client.audio.max_seconds,
        client.audio.bit_rate,
        client.retry.attempts,
    )


TRAFFIC = {
    "pacing": ("false", "off", False),
    "cool_down": ("7", "7", 7.0),
    "certain_after": ("900", "900", 900.0),
}


@pytest.mark.parametrize("key", TRAFFIC)
def test_how_busy_a_client_may_be_is_in_the_file(write, key):
    """Pacing, cooling down and believing are settings like any other."""
    in_toml, _, expected = TRAFFIC[key]
    write(f"{key} = {in_toml}\n{FILE}")

    client = Client.from_config(env={**LINQ, **SENDBLUE})

    assert expected == getattr(client, key)


@pytest.mark.parametrize("key", TRAFFIC)
def test_the_environment_says_how_busy_a_client_may_be(key):
    """The same settings have variables."""
    _, in_environment, expected = TRAFFIC[key]
    env = {**SENDBLUE, f"VOICENOTE_{key.upper()}": in_environment}

    assert expected == getattr(Client.from_config(env=env), key)


MISTAKES = {
    "section": (
        "[sendbleu]\nsender = '+1'",
        r"no provider 'sendbleu' .*; did you mean 'sendblue'",
    ),
    "setting": (
        "[linq]\nsendr = '+1'",
        r"\[linq\].*no setting 'sendr'; did you mean 'sender'",
    ),
    "top": ("provider = ['linq']", "no setting 'provider'; did you mean 'providers'"),
    "audio": (
        "[linq]\nsender='+12025550101'\n[audio]\nbitrate = 1",
        "no setting 'bitrate'; did you mean 'bit_rate'",
    ),
    "type": (
        "[linq]\nsender = 12025550101",
        "sender under .linq. must be of type str, not int",
    ),
    "list": ("providers = 'linq'", "must be a list of names"),
    "pacing": (
        "pacing = 1\n[linq]\nsender='+12025550101'",
        "pacing must be of type bool, not int",
    ),
    "pace": ("pace = false", "no setting 'pace'; did you mean 'pacing'"),
    "cool-down": ("cooldown = 1", "no setting 'cooldown'; did you mean 'cool_down'"),
    "value": (
        "[linq]\nsender='+12025550101'\n[audio]\nmax_seconds = -1.0",
        r"\[audio\] 'max_seconds' must be",
    ),
    "toml": ("[linq", "is not TOML"),
    "http": (
        "[linq]\nsender='+12025550101'\nbase_url = 'http://api.example'",
        r"\[linq\].*must be https",
    ),
    "use": ("[main]\nuse = 5", r"use under \[main\] must be the name .*not 5"),
    "uses": (
        "[main]\nuse = ['linq']",
        r"use under \[main\] must be the name .*not \['linq'\]",
    ),
    "no section": ("linq = 5", r"\[linq\] in .* must be a section, not of type int"),
    "no audio": ("audio = 5", r"\[audio\] in .* must be a section, not of type int"),
    "jitter": (
        "[linq]\nsender='+12025550101'\n[retry]\njitter = 5",
        "no setting 'jitter'; there are attempts, wait_initial, wait_max",
    ),
    "timeout": ("timeout = -5\n[linq]\nsender='+12025550101'", "'timeout' must be > 0"),
    "number": ("[linq]\nsender = '202'", r"\[linq\] the sender '202' is neither"),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(write, text, said):
    """A misspelled key is an error with a suggestion, and never ignored."""
    write(text)

    with pytest.raises(ConfigError, match=said):
        _names({"LINQ_API_KEY": "s3cret"})


PROJECTS = {
    "tool": ("tool = 5", r"\[tool\] in pyproject.toml must be a section"),
    "ours": (
        "tool.voicenote = 'x'",
        r"\[tool.voicenote\] in pyproject.toml must be a section, not of type str",
    ),
}


@pytest.mark.parametrize(("text", "said"), PROJECTS.values(), ids=PROJECTS)
def test_mistakes_in_a_project_s_file_are_told(write, text, said):
    """What should be a table and is none says so."""
    write(text, "pyproject.toml")

    with pytest.raises(ConfigError, match=said):
        _names(LINQ)


def test_an_empty_value_is_none(write):
    """What is left empty in the file is taken from the next place."""
    write("[linq]\napi_key = ''\nsender = '+12025550101'\nopener = ''")

    client = Client.from_config(env={"LINQ_API_KEY": "s3cret"})

    assert "s3cret" == client.providers["linq"].api_key


@pytest.mark.parametrize("empty", ["", " "], ids=["empty", "blank"])
def test_a_required_credential_is_not_empty(empty):
    """An empty key is refused here, and not by the vendor."""
    with pytest.raises(ConfigError, match="'api_key' is empty"):
        voicenote_linq.Linq(api_key=empty, sender="+12025550101")


def test_an_empty_key_in_the_environment_is_none():
    """A blank variable says what is missing, like no variable."""
    with pytest.raises(ConfigError, match="linq needs 'api_key'"):
        _names({**LINQ, "LINQ_API_KEY": " ", "VOICENOTE_PROVIDERS": "linq"})


def test_an_empty_journal_is_none(write):
    """An empty path is not the folder of the file."""
    write(f"journal = ''\n{FILE}")

    client = Client.from_config(env={**LINQ, **SENDBLUE})

    assert not isinstance(client.journal, voicenote.Journal)


def test_the_only_provider_that_is_begun_says_what_it_lacks():
    """A malformed number is told, and not only that nothing is configured."""
    with pytest.raises(ConfigError, match=r"no provider .*; \[linq\] the sender '202'"):
        _names({**LINQ, "VOICENOTE_LINQ_SENDER": "202"})


MISSPELLED = {
    "setting": (
        "VOICENOTE_LINQ_SENDR",
        "reads the variable VOICENOTE_LINQ_SENDR; did you mean VOICENOTE_LINQ_SENDER?",
    ),
    "client's": ("VOICENOTE_TIMEOT", r"did you mean VOICENOTE_TIMEOUT\?"),
    "providers": ("VOICENOTE_PROVIDER", r"did you mean VOICENOTE_PROVIDERS\?"),
    "nothing like it": ("VOICENOTE_QQQQQ", r"docs/configuration\.md lists"),
}


@pytest.mark.parametrize(("name", "said"), MISSPELLED.values(), ids=MISSPELLED)
def test_a_misspelled_variable_is_told(name, said):
    """A variable of ours that nothing reads is most likely misspelled."""
    with pytest.raises(ConfigError, match=said):
        _names({**LINQ, name: "x"})


def test_a_misspelled_variable_explains_why_nothing_is_configured():
    """Who only asks which provider sends, as `voicenote check` does, is told too."""
    source = config.find(env={"VOICENOTE_LINQ_SENDR": "+12025550101"})

    with pytest.raises(ConfigError, match="did you mean VOICENOTE_LINQ_SENDER"):
        config.order(source, config.installed())


KNOWN = {
    "VOICENOTE_SENDBLUE_SENDER": "+12025550103",
    "VOICENOTE_DISABLED_PLUGINS": "acme",
    "VOICENOTE_LIVE_TO": "+12025550123",
    "VOICENOTE_QQQQQ": "",
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_variable_that_is_read_somewhere_is_fine(name):
    """Variables of providers that are not used, of plugins, of tests, empty ones."""
    assert ["linq"] == _names({**LINQ, name: KNOWN[name]})


def test_a_second_account_has_variables(write):
    """Under its own name, and under no other."""
    write("[the-main]\nuse = 'sendblue'")
    env = {**SENDBLUE, "VOICENOTE_THE_MAIN_SENDER": "+12025550104"}

    client = Client.from_config(env=env)

    assert "+12025550104" == client.providers["the-main"].sender
    with pytest.raises(ConfigError, match="did you mean VOICENOTE_THE_MAIN_SENDER"):
        _names({**env, "VOICENOTE_THE_MAIN_SENDR": "x"})


def test_variables_of_a_plugin_that_is_left_out_are_fine(monkeypatch):
    """Who disables a plugin need not take its keys away."""
    without = load(
        entry_points(group="voicenote"), {"VOICENOTE_DISABLED_PLUGINS": "linq"}
    )
    monkeypatch.setattr(config, "installed", lambda: without)

    assert ["sendblue"] == _names({**LINQ, **SENDBLUE})


LATE = """
from __future__ import annotations

import attrs

from voicenote import setting

@attrs.frozen
class Late:
    name = "late"
    many: int = setting(default=1)
    loud: bool = setting(default=False)
    {attribute}
"""


@pytest.mark.parametrize(
    "attribute", ["", "other: Missing = setting(default=1)"], ids=["all", "some"]
)
def test_types_that_are_texts_are_types(monkeypatch, attribute):
    """A module that postpones its annotations has its settings checked all the same."""
    module = types.ModuleType("late")
    monkeypatch.setitem(sys.modules, "late", module)
    program = LATE.format(attribute=attribute)
    exec(program, module.__dict__)  # noqa: S102
    plugins = Plugins((Plugin("late", "late", providers=(module.Late,)),))
    right = config.find(env={"VOICENOTE_LATE_MANY": "3", "VOICENOTE_LATE_LOUD": "no"})
    wrong = config.Source({"late": {"many": "3"}}, None, (), {})

    made = config.provider("late", right, plugins)

    assert (3, False) == (made.many, made.loud)
    with pytest.raises(ConfigError, match=r"many under .late. must be of type int"):
        config.provider("late", wrong, plugins)


def test_no_time_at_all_is_refused():
    """A limit that cannot be is an error of the configuration."""
    with pytest.raises(ConfigError, match="'timeout' must be > 0"):
        _names({**LINQ, "VOICENOTE_TIMEOUT": "0"})


@pytest.mark.parametrize(
    ("client", "transport"),
    [
        (voicenote.Client, httpx.HTTPTransport),
        (voicenote.AsyncClient, httpx.AsyncHTTPTransport),
    ],
    ids=["blocking", "awaiting"],
)
def test_a_proxy_and_a_transport_are_not_both(client, transport):
    """A proxy would silently replace the transport."""
    with pytest.raises(ConfigError, match="not both"):
        client.from_config(env=LINQ, proxy="http://127.0.0.1:9", transport=transport())


def test_an_unset_key_names_every_place():
    """The reader of the error knows what to set, and where."""
    env = {"VOICENOTE_PROVIDERS": "linq", "VOICENOTE_LINQ_SENDER": "+12025550101"}

    with pytest.raises(ConfigError) as caught:
        _names(env)

    said = str(caught.value)
    for place in ("VOICENOTE_LINQ_API_KEY", "[linq]", "LINQ_API_V3_API_KEY"):
        assert place in said


def test_an_unknown_provider_is_suggested():
    """A misspelled variable gets the same help."""
    with pytest.raises(ConfigError, match="did you mean 'linq'"):
        _names({"VOICENOTE_PROVIDERS": "linqq"})


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("VOICENOTE_TIMEOUT", "soon", "must be a number"),
        ("VOICENOTE_ALLOW_PRIVATE_URLS", "maybe", "must be true or false"),
    ],
)
def test_a_variable_of_the_wrong_kind_is_refused(variable, value, said):
    """Text from the environment is read as what the setting is."""
    with pytest.raises(ConfigError, match=said):
        _names({**SENDBLUE, variable: value})


def test_a_file_that_is_named_must_be_there():
    """Naming a file that is not there is a mistake, not an empty configuration."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml cannot be read"):
        _names({**SENDBLUE, "VOICENOTE_CONFIG": "nowhere.toml"})


def test_no_secret_is_in_an_error(write):
    """Whatever else is wrong, the key is not shown."""
    write("[linq]\nsender = '202'")

    with pytest.raises(ConfigError) as caught:
        _names({"LINQ_API_KEY": "s3cret"})

    assert "s3cret" not in str(caught.value)


def test_no_secret_is_in_a_repr(write):
    """A client may be logged."""
    write(FILE)

    client = Client.from_config(env={**LINQ, **SENDBLUE})

    assert "s3cret" not in repr(client) + str(client)


def test_send_uses_the_configuration(monkeypatch):
    """The three-line program finds its own provider, or says what is missing."""
    for name in (*LINQ, *SENDBLUE):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(ConfigError, match="no provider is configured"):
        voicenote.send(b"x", to="+12025550123")
