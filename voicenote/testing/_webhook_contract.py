"""
What receiving webhooks keeps: nothing is believed that is not proved.
"""

import json

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import attrs
import pytest

from .._errors import WebhookError
from .._providers import SupportsWebhooks
from .._receipts import Receipt
from .._webhooks import Inbound, Webhook
from ._replies import Reply, nonsense, other_shapes, with_a_new_word, without_a_field
from ._trial import complain


_DAY = 86_400.0


class WebhookContract:
    """
    What every provider promises about `SupportsWebhooks`.

    Subclass it, and define ``provider``, with its webhook secret; ``event``, the JSON
    of a webhook that tells of a note; and ``sign``, a function that makes of a body, in
    bytes, the genuine `Webhook` that the vendor would post.

    Attributes:
        signs_body: Whether the vendor's proof covers the body. A secret in a header
            does not.

        signs_time: Whether it covers the moment. Where it does not, nobody can tell a
            replay, and the news must be such that it does no harm.
    """

    signs_body: ClassVar[bool] = True
    signs_time: ClassVar[bool] = True

    @pytest.fixture
    def provider(self) -> Any:
        """Override this: return your provider, with its webhook secret."""
        complain("Define a fixture named provider in the class", "there is none")

    @pytest.fixture
    def event(self) -> Any:
        """Override this: return the JSON of a webhook that tells of a note."""
        complain("Define a fixture named event in the class", "there is none")

    @pytest.fixture
    def sign(self) -> Callable[[bytes], Webhook]:
        """Override this: return a function that makes a body a genuine webhook."""
        complain("Define a fixture named sign in the class", "there is none")

    @pytest.fixture
    def other_events(self) -> Sequence[Any]:
        """Override this: the JSON of webhooks that are about something else."""
        return []

    @pytest.fixture
    def genuine(self, event: Any, sign: Callable[[bytes], Webhook]) -> Webhook:
        """Return the genuine webhook, to be tampered with."""
        return sign(json.dumps(event).encode())

    def test_it_supports_webhooks(self, provider: Any) -> None:
        """The core sees that it can receive."""
        if not isinstance(provider, SupportsWebhooks):
            complain("Give it a method receive(webhook)", "it has none")

    def test_a_genuine_webhook_tells(self, provider: Any, genuine: Webhook) -> None:
        """It becomes receipts and inbound notes, under the provider's name."""
        news = provider.receive(genuine)
        if not news:
            complain("Return what the event tells", f"receive returned {news!r}")
        for one in news:
            if not isinstance(one, Receipt | Inbound) or one.provider != provider.name:
                complain(
                    "Return a Receipt or an Inbound with the provider's own name",
                    f"receive returned {one!r}",
                )

    def test_receiving_is_pure(self, provider: Any, genuine: Webhook) -> None:
        """The same webhook tells the same, as often as the vendor posts it."""
        if list(provider.receive(genuine)) != list(provider.receive(genuine)):
            complain(
                "Keep nothing on the provider, and read no clock but "
                "webhook.received_at",
                "the same webhook told something else the second time",
            )

    def test_the_news_can_be_stored(self, provider: Any, genuine: Webhook) -> None:
        """What is told becomes JSON, and JSON becomes it."""
        for one in provider.receive(genuine):
            if type(one).from_dict(json.loads(json.dumps(one.to_dict()))) != one:
                complain("Put JSON's own types into the news", f"{one!r} changed")

    def test_a_changed_body_is_refused(self, provider: Any, genuine: Webhook) -> None:
        """One flipped bit, anywhere in the body, is noticed."""
        for place in range(len(genuine.body)):
            changed = attrs.evolve(genuine, body=_flipped(genuine.body, place))
            if self.signs_body:
                _check_refused(provider, changed, f"bit of byte {place} was flipped")
            else:
                _news(provider, changed, f"a bit of byte {place} was flipped")

    def test_without_proof_it_is_refused(self, provider: Any, genuine: Webhook) -> None:
        """Without headers, and without what its URL had, a webhook proves nothing."""
        bare = attrs.evolve(genuine, headers={}, url="")
        _check_refused(provider, bare, "it had no headers")

    def test_each_header_is_checked(self, provider: Any, genuine: Webhook) -> None:
        """A header that is gone or changed is noticed, or means nothing."""
        expected = list(provider.receive(genuine))
        for headers, what in _tampered(genuine.headers):
            changed = attrs.evolve(genuine, headers=headers)
            if _news(provider, changed, what) not in (None, expected):
                complain(
                    "Verify the webhook before it is read, with all that the vendor "
                    "proves it by",
                    f"{what}, and receive told something else",
                )

    def test_a_replay_is_refused(self, provider: Any, genuine: Webhook) -> None:
        """A day later, and a day early, it is not fresh."""
        for seconds in (_DAY, -_DAY) if self.signs_time else ():
            at = genuine.received_at + seconds
            replayed = attrs.evolve(genuine, received_at=at)
            _check_refused(provider, replayed, f"it came {seconds:.0f} seconds late")

    def test_trust_does_not_replace_a_secret(
        self, provider: Any, genuine: Webhook
    ) -> None:
        """Where a secret is configured, `Webhook.unverified` skips nothing."""
        bare = attrs.evolve(genuine, headers={}, url="", unverified=True)
        _check_refused(provider, bare, "it had no headers and was to be trusted")

    def test_other_events_tell_nothing(
        self,
        provider: Any,
        sign: Callable[[bytes], Webhook],
        other_events: Sequence[Any],
    ) -> None:
        """What is about something else is no error, and no news."""
        for event in other_events:
            news = _news(provider, sign(json.dumps(event).encode()), f"it was {event}")
            if news != []:
                what = "was refused" if news is None else f"told {news!r}"
                complain("Return [] for what is not about notes", f"{event} {what}")

    def test_strange_bodies_are_our_error(
        self, provider: Any, event: Any, sign: Callable[[bytes], Webhook]
    ) -> None:
        """A genuine webhook that nobody can read is a WebhookError, or tells nothing."""
        good = Reply(200, json.dumps(event).encode())
        for reply in (*nonsense(good), *other_shapes(good)):
            if _news(provider, sign(reply.content), f"it was {reply.says}"):
                complain("Read the body with webhook.json()", f"{reply.says} told news")

    def test_strange_fields_are_our_error(
        self, provider: Any, event: Any, sign: Callable[[bytes], Webhook]
    ) -> None:
        """A field that is missing, of another type, or has a new word crashes nothing."""
        good = Reply(200, json.dumps(event).encode())
        for reply in (*without_a_field(good), *with_a_new_word(good)):
            _news(provider, sign(reply.content), f"it had {reply.says}")


def _flipped(body: bytes, place: int) -> bytes:
    changed = bytearray(body)
    changed[place] ^= 1 << place % 8
    return bytes(changed)


def _tampered(headers: Any) -> Iterator[tuple[dict[str, str], str]]:
    for name, value in headers.items():
        yield (
            {key: one for key, one in headers.items() if key != name},
            f"the header {name} was dropped",
        )
        for place, char in enumerate(value):
            other = "0" if char != "0" else "1"
            changed = value[:place] + other + value[place + 1 :]
            yield {**headers, name: changed}, f"the header {name} was changed"


def _news(provider: Any, webhook: Webhook, what: str) -> list[Any] | None:
    """Return what *webhook* tells, or None if it is refused."""
    try:
        return list(provider.receive(webhook))
    except WebhookError:
        return None
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is judged
        came = f"it came out as {type(error).__name__}({str(error)!r})"
    return complain(
        "Read a webhook with webhook.header(), webhook.json() and understood(), which "
        "raise WebhookError by themselves",
        f"{what}, and {came}",
    )


def _check_refused(provider: Any, webhook: Webhook, what: str) -> None:
    if _news(provider, webhook, what) is not None:
        complain(
            "Verify the webhook first, with verify_standard_webhook() or its like, and "
            "skip it for nobody",
            f"{what}, and receive believed it",
        )
