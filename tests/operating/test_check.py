"""`guanhao check`: every line that is not as it must be is named with its mend, and the exit code says so."""

import json

import pytest
from django.db import connection

from guanhao.cli import main
from guanhao.ledger import keys
from guanhao.operating.checking import host
from guanhao.operating.checking.all import every_line
from guanhao.operating.checking.lines import Standing
from guanhao.publishing import epoch
from guanhao.publishing.models import InstanceEpoch
from guanhao.registry import vault
from guanhao.steps import heartbeats
from guanhao.steps.types import Queue


@pytest.fixture
def sound(ruian, settings, tmp_path, monkeypatch):
    """An installation with nothing to mend, as far as this machine can be one."""
    monkeypatch.delenv("GUANHAO_TEST_SWITCH", raising=False)
    settings.EPOCH_PATH = tmp_path / "epoch"
    settings.SECRET_KEY = "s" * 64
    InstanceEpoch.objects.filter(pk=1).delete()
    epoch.begin()
    vault.ensure_keys()
    keys.create_if_missing()
    heartbeats.beat("test/worker", list(Queue))
    return ruian


def line(name, **how):
    """The line of that name that stands worst."""
    order = [Standing.GOOD, Standing.WARNING, Standing.WRONG]
    return max(
        (one for one in every_line(network=False, **how) if one.name == name),
        key=lambda one: order.index(one.standing),
    )


@pytest.mark.requirement("K11")
def test_a_sound_installation_has_nothing_wrong(sound):
    """Each thing has its line, and none asks for a mend that the test's own database role does not cause."""
    lines = every_line(network=False)
    names = {one.name for one in lines}
    assert {
        "database",
        "durable",
        "migrations",
        "kek",
        "secrets",
        "epoch",
        "clock",
        "disk",
        "worker",
        "stops",
    } <= names
    assert [one.name for one in lines if one.standing is Standing.WRONG and one.name != "role"] == []


@pytest.fixture
def forgetful(sound, monkeypatch):
    """The connection set as no publisher may use it; answers the name of the setting."""
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
        yield "transaction_mode"
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        yield "synchronous_commit"
        cursor.execute("SET synchronous_commit = on")


@pytest.mark.requirement("K11")
def test_a_database_that_may_forget_is_wrong(forgetful):
    """Settings are asked of the live connection, and the wrong one is named."""
    assert line("durable").standing is Standing.WRONG
    assert forgetful in line("durable").found.zh


@pytest.mark.requirement("K4")
def test_a_role_that_walks_around_the_walls_is_wrong(sound):
    """On PostgreSQL the tests' own role is a superuser, which an installation's must not be; SQLite has no roles."""
    told = {one.name: one.standing for one in every_line(network=False) if one.name in {"role", "walls"}}
    wanted = {"role": Standing.WRONG, "walls": Standing.GOOD} if connection.vendor == "postgresql" else {}
    assert told == wanted


def test_a_key_that_others_may_read_is_wrong(sound, settings):
    """The mode is told, with the command that mends it."""
    settings.KEK_PATH.chmod(0o644)
    try:
        assert line("kek").standing is Standing.WRONG
        assert f"chmod 600 {settings.KEK_PATH}" in line("kek").mend.en
    finally:
        settings.KEK_PATH.chmod(0o600)


def test_a_key_that_does_not_open_the_sealed_values_is_wrong(sound, settings, tmp_path):
    """Another key file in the place of the right one is noticed before a push needs the secret."""
    vault_path, settings.KEK_PATH = settings.KEK_PATH, tmp_path / "other.json"
    vault.envelope.create_keys(settings.KEK_PATH)
    assert line("secrets").standing is Standing.WRONG
    settings.KEK_PATH = vault_path
    assert line("secrets").standing is Standing.GOOD


@pytest.mark.requirement("K9")
def test_a_restored_database_and_a_lost_epoch_file_are_wrong(sound, settings):
    """Behind the file, or counted without a file."""
    InstanceEpoch.objects.filter(pk=1).update(value=4)
    epoch.remember(4)
    assert line("epoch").standing is Standing.GOOD
    epoch.remember(6)
    assert line("epoch").standing is Standing.WRONG
    settings.EPOCH_PATH.unlink()
    assert line("epoch").standing is Standing.WRONG


def test_a_queue_that_nobody_serves_is_wrong(sound):
    """All queues must have a worker that was heard of."""
    heartbeats.stopped("test/worker")
    heartbeats.beat("test/half", [Queue.PUBLISH])
    assert line("worker").standing is Standing.WRONG
    assert "look" in line("worker").found.en


def test_a_full_disk_is_wrong(sound, monkeypatch):
    """Less than a gibibyte stops sending sooner or later."""
    monkeypatch.setattr(
        host.shutil, "disk_usage", lambda _place: type("Usage", (), {"free": 10**8, "total": 10**12})
    )
    assert line("disk").standing is Standing.WRONG


def test_switches_meant_for_tests_are_wrong(sound, settings):
    """Neither fault points nor traces belong into a real installation."""
    settings.TEST_SWITCH = True
    assert line("switches").standing is Standing.WRONG


def test_a_platform_and_a_mail_server_that_do_not_answer_are_wrong(sound, settings, monkeypatch):
    """Both are tried; nothing is sent."""
    monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
    settings.WECHAT_BASE_URL = "http://127.0.0.1:9"
    settings.EMAIL_BACKEND = host.SMTP_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    wrong = {one.name for one in host.lines(database=True, network=True) if one.standing is Standing.WRONG}
    assert {"wechat", "mail"} <= wrong


def test_the_command_tells_people_and_machines(sound, settings, capsys):
    """Exit code 1 where something is wrong, a mend on the next line, JSON for scripts."""
    settings.TEST_SWITCH = True
    assert main(["check", "--offline", "--lang", "en"]) == 1
    told = capsys.readouterr().out
    assert "✗ GUANHAO_TEST_SWITCH is on." in told
    assert "→ Take GUANHAO_TEST_SWITCH out" in told
    assert main(["check", "--offline", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["good"] is False
    assert {"name", "standing", "zh", "en", "mend"} == set(data["lines"][0])


def test_a_wrong_call_is_exit_code_2(sound, capsys):
    """As documented for every command."""
    with pytest.raises(SystemExit) as left:
        main(["check", "--nonsense"])
    assert left.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err
