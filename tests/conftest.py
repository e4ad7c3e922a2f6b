"""What every test shares: no network but loopback, the fixed cast, files and keys in a directory of their own."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import settings as hypothesis_settings
from pytest_socket import socket_allow_hosts

from tests.support import cast, prepared, snapshots, suitewide

# A busy machine is no fault of the code: how long one example takes is a matter of `make bench`.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


def pytest_collection_modifyitems(items):
    """Tests that use the database are marked, so that PostgreSQL runs exactly those again."""
    for item in items:
        if {"db", "transactional_db", "live_server"} & set(
            getattr(item, "fixturenames", ())
        ) or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def _loopback_only():
    """Only this machine can be reached."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session", autouse=True)
def canaries(_own_directory, tmp_path_factory):
    """What any test seals as a secret turns up nowhere: not in logs, ledger, notices, mails, tables or kept files (SE2)."""
    with pytest.MonkeyPatch.context() as patch:
        suite = suitewide.watch(patch, tmp_path_factory.mktemp("canaries"))
        yield suite
    found = suite.search(_own_directory, of_tests=tmp_path_factory.getbasetemp())
    assert not found, "secrets were found:\n" + "\n".join(found[:40])


@pytest.fixture(autouse=True)
def _keep_mail(canaries):
    """Mails of a test are kept for the search at the end."""
    yield
    suitewide.keep_mail(canaries)


@pytest.fixture(autouse=True)
def _own_outside(tmp_path, monkeypatch):
    """What leaves the building in one test is not there in the next, whose log is another."""
    monkeypatch.setattr("django.conf.settings.LEDGER_OUTSIDE_PATH", tmp_path / "outside")


@pytest.fixture(scope="session", autouse=True)
def _own_directory(tmp_path_factory):
    """Keys, uploads and mail of the tests never touch an installation's."""
    home = tmp_path_factory.mktemp("var")
    with pytest.MonkeyPatch.context() as patch:
        (home / "static").mkdir()  # WhiteNoise warns of a missing one
        patch.setattr("django.conf.settings.STATIC_ROOT", home / "static")
        patch.setattr("django.conf.settings.MEDIA_ROOT", home / "media")
        patch.setattr("django.conf.settings.KEK_PATH", home / "keys" / "kek.json")
        patch.setattr("django.conf.settings.LEDGER_KEY_PATH", home / "keys" / "ledger.key")
        patch.setattr("django.conf.settings.EPOCH_PATH", home / "keys" / "epoch")
        patch.setattr("django.conf.settings.LEDGER_OUTSIDE_PATH", home / "outside")
        yield home


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings, _own_directory):
    """Whether the test database is there already, copied from a prepared one (off by default)."""
    return prepared.take(settings.DATABASES["default"], _own_directory)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, django_db_blocker, _own_directory, canaries):
    """The test database begins with the fixed cast."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        if not django_db_keepdb:
            cast.build_world()
            connections.close_all()  # PostgreSQL copies only what nobody is connected to.
            prepared.keep(settings.DATABASES["default"], _own_directory)
        snapshots.keep(patch)
        yield
        with django_db_blocker.unblock():
            canaries.look_into_tables()


@pytest.fixture
def ruian(db):
    """瑞安学院's demonstration, in scope."""
    yield from cast.play("ruian")


@pytest.fixture
def gpnu(db):
    """广东技术师范学院's demonstration, in scope."""
    yield from cast.play("gpnu")


@pytest.fixture
def xartvu(db):
    """西安广播电视大学's demonstration, in scope."""
    yield from cast.play("xartvu")
