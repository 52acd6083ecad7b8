"""
Any operations in any order, against a model that is too simple to be wrong.
"""

import attrs
import hypothesis.strategies as st
import pytest

from hypothesis import given, settings

from tests.journal.conftest import attempt, receipt, trace
from voicenote import Journal, Receipt
from voicenote._journal import Memory


@attrs.define
class Model:
    """One key's send: how it stands, since when, and how far its note has come."""

    standing: str = ""
    at: float = 0.0
    statuses: set[str] = attrs.field(factory=set)

    def attempt(self, at):
        if self.standing in ("attempted", "accepted"):
            return
        self.standing, self.at = "attempted", at

    def refuse(self, at):
        if (self.standing, self.at) == ("attempted", at):
            self.standing = "refused"

    def accept(self, status):
        self.standing = "accepted"
        self.statuses.add(status)

    def update(self, status):
        if self.standing == "accepted":
            self.statuses.add(status)


_KEYS = st.sampled_from("ab")
_WORDS = ["unknown", "queued", "sent", "failed", "delivered", "read"]
_MOVES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["attempt", "refuse"]), _KEYS, st.integers(1, 3)),
        st.tuples(
            st.sampled_from(["accept", "update"]), _KEYS, st.sampled_from(_WORDS)
        ),
    ),
    max_size=20,
)


def _play(keeper, move, key, value):
    match move:
        case "attempt":
            keeper.attempt(trace(key), float(value))
        case "refuse":
            keeper.refuse(attempt(key, float(value)))
        case "accept":
            keeper.accept(receipt(value, key, id=key))
        case "update":
            keeper.update(Receipt("linq", key, value))


@pytest.mark.parametrize("kind", ["memory", "file"])
@settings(deadline=None, max_examples=60)
@given(moves=_MOVES)
def test_any_moves_end_as_in_the_model(tmp_path_factory, kind, moves):
    """Whatever is told, in whatever order, the same is known as in the model."""
    models = {"a": Model(), "b": Model()}
    folder = tmp_path_factory.mktemp("moves")

    with Journal(folder / "notes.db") as journal:
        keeper = journal if kind == "file" else Memory()
        for move, key, value in moves:
            _play(keeper, move, key, value)
            getattr(models[key], move)(value)

        for key, model in models.items():
            known = keeper.recall(key)
            assert model.standing == (known.standing.value if known else "")
            if model.standing == "accepted":
                furthest = max(model.statuses, key=_WORDS.index)
                assert furthest == known.receipt.status.value
