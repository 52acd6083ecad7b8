"""
What happens is told: to the log, to plugins, and to OpenTelemetry.
"""

import logging

from contextlib import suppress
from importlib.metadata import EntryPoint

import httpx
import pytest

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import voicenote

from tests.conftest import CAF, Clock, Courier, play
from voicenote import Event, Kind, VoiceNote
from voicenote import _observe as observing
from voicenote._deliver import deliver
from voicenote._plans import Policy
from voicenote._plugins import load
from voicenote._retry import Retry
from voicenote._tracing import Tracing


ONE, TWO = Courier("one"), Courier("two")


@pytest.fixture
def note():
    return VoiceNote(CAF, "+12025550123", key="key-1")


def _told(note, answers, providers=None, attempts=1):
    """Return the events of a send."""
    events = []
    policy = Policy(
        retry=Retry(attempts=attempts), clock=Clock(), observe=events.append
    )
    with suppress(voicenote.VoiceNoteError):
        play(deliver(note, providers or {"one": ONE}, policy), answers)
    return events


def _sent():
    return [httpx.Response(201), httpx.Response(200, json={"id": "n1"})]


STORIES = {
    "goes well": (_sent, ["send", "request", "request", "receipt"]),
    "is retried": (
        lambda: [httpx.Response(503), *_sent()],
        ["send", "request", "retry", "request", "request", "receipt"],
    ),
    "is refused": (
        lambda: [httpx.Response(201), httpx.Response(400)],
        ["send", "request", "request", "error"],
    ),
    "is in doubt": (
        lambda: [httpx.Response(201), httpx.Response(500)],
        ["send", "request", "request", "doubt", "error"],
    ),
}


@pytest.mark.parametrize(("answers", "kinds"), STORIES.values(), ids=STORIES)
def test_every_step_is_told(note, answers, kinds):
    """A send's story begins with a send, and ends with a receipt or an error."""
    events = _told(note, answers(), attempts=2)

    assert kinds == [event.kind for event in events]
    assert {"key-1"} == {event.key for event in events}


def test_a_failover_is_told(note):
    """Whoever watches learns who was down, and who took over."""
    answers = [httpx.ConnectError("down"), *_sent()]

    events = _told(note, answers, {"one": ONE, "two": TWO})

    assert [("failover", "one")] == [
        (event.kind, event.provider) for event in events if event.kind == "failover"
    ]


def test_an_abandoned_send_is_told(note):
    """A send that is cancelled ends with an error, too."""
    events = []
    plan = deliver(note, {"one": ONE}, Policy(observe=events.append))
    next(plan)

    plan.close()

    assert Kind.ERROR is events[-1].kind


def test_an_event_has_no_number_and_no_url():
    """An event may go to a log as it is."""
    event = Event(
        Kind.ERROR,
        "one",
        "key-1",
        error="no chat with +12025550123 or ada@lovelace.example for https://a.example/x?sig=1",
    )

    assert "[key-1] error one no chat with +1…23 or ad…le for <URL>" == str(event)


def test_a_receipt_is_logged_in_short():
    """The log says who, what and how far, and shows no whole number."""
    receipt = voicenote.Receipt("one", "n1", "sent", to=["+12025550123"])

    said = str(Event(Kind.RECEIPT, "one", "key-1", receipt=receipt))

    assert "[key-1] receipt one sent n1 to +1…23" == said


def test_events_go_to_the_log(caplog):
    """Standard logging, under the library's name."""
    with caplog.at_level(logging.DEBUG, "voicenote"):
        observing.observe(Event(Kind.DOUBT, "one", "key-1", error="slow"))

    assert [("voicenote", logging.WARNING, "[key-1] doubt one slow")] == (
        caplog.record_tuples
    )


@pytest.fixture
def watched(monkeypatch):
    """Watch with observers of the test's own."""

    def watch(*observers):
        monkeypatch.setattr(observing, "_observers", lambda: observers)

    return watch


def test_a_broken_observer_hurts_nobody(watched, caplog):
    """What an observer raises is logged, and the others are still told."""
    told = []
    watched(lambda event: 1 / 0, told.append)

    observing.observe(Event(Kind.SEND, "one"))

    assert 1 == len(told)
    assert "an observer failed" in caplog.text


def test_a_plugin_may_watch(tmp_path, monkeypatch):
    """The hook is called with the event; one that wants no event is called without."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "vn_watcher.py").write_text(
        "import voicenote\n"
        "told = []\n"
        "@voicenote.hookimpl\n"
        "def voicenote_observed(event): told.append(event)\n"
    )
    (tmp_path / "vn_counter.py").write_text(
        "import voicenote\n"
        "told = []\n"
        "@voicenote.hookimpl\n"
        "def voicenote_observed(): told.append(1)\n"
    )
    names = ("vn_watcher", "vn_counter")
    plugins = load([EntryPoint(name, name, "voicenote") for name in names], {})
    event = Event(Kind.SEND, "one")

    for observer in plugins.observers:
        observer(event)

    import vn_counter
    import vn_watcher

    assert ([event], [1]) == (vn_watcher.told, vn_counter.told)


@pytest.fixture
def spans():
    """An exporter of OpenTelemetry's own, and a tracing that feeds it."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    class Api:
        from opentelemetry.trace import (
            ProxyTracerProvider,
            SpanKind,
            Status,
            StatusCode,
            set_span_in_context,
        )

        set_span_in_context = staticmethod(set_span_in_context)
        get_tracer = staticmethod(provider.get_tracer)
        get_tracer_provider = staticmethod(lambda: provider)

    tracing = Tracing(Api)

    def finished(events):
        for event in events:
            tracing(event)
        return exporter.get_finished_spans()

    return finished


def test_a_send_is_a_span_with_its_requests_as_children(note, spans):
    """OpenTelemetry's SDK sees one parent, and a child per request."""
    *children, parent = spans(_told(note, _sent()))

    assert "voicenote.send" == parent.name
    assert ["POST", "POST"] == [child.name for child in children]
    assert {parent.context.span_id} == {child.parent.span_id for child in children}
    assert "queued" == parent.attributes["voicenote.status"]


def test_a_span_that_failed_says_why(note, spans):
    """Doubt is an event in the span, and its status is an error."""
    *_, parent = spans(_told(note, [httpx.Response(201), httpx.Response(500)]))

    assert ["doubt"] == [event.name for event in parent.events]
    assert "UnconfirmedError" in parent.status.description


def test_without_an_sdk_no_span_is_made(note):
    """The API package alone costs a send nothing."""
    from opentelemetry import trace

    tracing = Tracing(trace)

    for event in _told(note, _sent()):
        tracing(event)

    assert {} == tracing._spans


def test_without_opentelemetry_there_is_no_tracing(monkeypatch):
    """The API package is optional."""
    import sys

    monkeypatch.setitem(sys.modules, "opentelemetry", None)

    assert Tracing.installed() is None
