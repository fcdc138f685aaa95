"""Somebody is signed in: the two roles that may open the panel."""

import pytest

from tests.factories import make_user


@pytest.fixture
def administrator(client):
    user = make_user("administrator")
    client.force_login(user)
    return user


@pytest.fixture
def supervisor(client):
    user = make_user("supervisor")
    client.force_login(user)
    return user
