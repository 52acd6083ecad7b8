import pytest

from tests.conftest import Clock
from tests.faults.couriers import policy_of
from voicenote._journal import Memory


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def policy(clock):
    return policy_of(clock, Memory())
