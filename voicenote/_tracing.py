"""
OpenTelemetry: a span for each send, with a child for each of its requests.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

import time

from typing import Any, Self

import attrs

from ._events import Event, Kind


_NANOSECONDS = 1_000_000_000

_MANY = 1000


@attrs.define
class Tracing:
    """
    Makes spans of events. Needs the API package; without an SDK it does nothing.

    Attributes:
        trace: The module ``opentelemetry.trace``.
    """

    trace: Any
    _tracer: Any = attrs.field(init=False, repr=False)
    _spans: dict[str, Any] = attrs.field(factory=dict, init=False, repr=False)

    @_tracer.default
    def _(self) -> Any:
        return self.trace.get_tracer("voicenote")

    @classmethod
    def installed(cls) -> Self | None:
        """Return one if OpenTelemetry's API package is installed."""
        try:
            from opentelemetry import trace  # noqa: PLC0415
        except ImportError:
            return None
        return cls(trace)

    def __call__(self, event: Event) -> None:
        """Begin, extend or end the span of *event*'s note."""
        key = event.key or ""
        if event.kind is Kind.SEND:
            self._begin(key)
        span = self._spans.get(key)
        if span is None:
            return
        if event.kind is Kind.REQUEST:
            self._request(event, span)
        elif event.kind in (Kind.RECEIPT, Kind.ERROR):
            self._end(event, self._spans.pop(key))
        elif event.kind is not Kind.SEND:
            span.add_event(event.kind.value, {"voicenote.said": event.error})

    def _begin(self, key: str) -> None:
        provider = self.trace.get_tracer_provider()
        if isinstance(provider, self.trace.ProxyTracerProvider):
            return  # nobody has configured an SDK: spans would cost, and go nowhere
        if len(self._spans) >= _MANY:  # a send that nobody ended
            self._spans.pop(next(iter(self._spans)))
        attributes = {"voicenote.key": key}
        span = self._tracer.start_span("voicenote.send", attributes=attributes)
        if span.is_recording():  # and is not left out by the SDK's sampling
            self._spans[key] = span

    def _request(self, event: Event, parent: Any) -> None:
        ended = time.time_ns()
        began = ended - int((event.seconds or 0.0) * _NANOSECONDS)
        attributes = {
            "http.request.method": event.method,
            "server.address": event.host,
            "voicenote.provider": event.provider,
        }
        if event.code is not None:
            attributes["http.response.status_code"] = str(event.code)
        if event.error:
            attributes["error.type"] = event.error
        child = self._tracer.start_span(
            event.method,
            context=self.trace.set_span_in_context(parent),
            kind=self.trace.SpanKind.CLIENT,
            attributes=attributes,
            start_time=began,
        )
        child.end(end_time=ended)

    def _end(self, event: Event, span: Any) -> None:
        span.set_attribute("voicenote.provider", event.provider)
        if event.receipt:
            span.set_attribute("voicenote.status", event.receipt.status.value)
        if event.kind is Kind.ERROR:
            status = self.trace.Status(self.trace.StatusCode.ERROR, event.error)
            span.set_status(status)
        span.end()
