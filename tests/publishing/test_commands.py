"""The operator's commands: rotating keys, listing jobs (security §4.3)."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from guanhao.core import envelope, tenancy
from guanhao.demo.institutions import APP_SECRET
from guanhao.registry import vault
from guanhao.registry.models import PlatformToken, Secret
from tests.publishing.world import DUE


def run(*args, **options):
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.mark.requirement("SE6")
def test_rotating_the_key_leaves_every_secret_readable_and_the_old_key_useless(ruian, settings, tmp_path):
    """One command, resumable, with figures."""
    with tenancy.everywhere("nothing sealed under another key file is left"):
        Secret.objects.all().delete()
        PlatformToken.objects.all().delete()
    settings.KEK_PATH = tmp_path / "kek.json"
    old = envelope.create_keys(settings.KEK_PATH)
    account = ruian.accounts["flagship"]
    Secret.objects.create(
        institution=ruian.institution, account=account, kind="app_secret", version=1,
        sealed=vault.seal(account, "app_secret", 1, APP_SECRET), set_at=DUE,
    )  # fmt: skip
    told = json.loads(run("rekey", "--json"))
    assert (told["rewrapped"], len(told["keys"])) == (1, 2)
    assert json.loads(run("rekey", "--resume", "--drop-old", "--json")) == {
        "rewrapped": 0, "current": told["current"], "keys": [told["current"]],
    }  # fmt: skip
    assert vault.open_secret(account, "app_secret") == APP_SECRET
    assert old.current not in vault.ring().keys


def test_rotating_without_a_usable_key_file_is_an_error(settings, tmp_path, db):
    """A sentence and exit code 1."""
    settings.KEK_PATH = tmp_path / "none.json"
    with pytest.raises(CommandError) as caught:
        run("rekey")
    assert caught.value.returncode == 1


def test_jobs_are_listed_with_attempts_and_looks_and_without_secrets(world):
    """For operators and scripts."""
    world.staged()
    world.time.to(DUE)
    world.work(seconds=20)
    told = json.loads(run("jobs", "ruian", "--json"))
    assert told["state"] == "published"
    assert [one["outcome"] for one in told["attempts"] if one["call"] == "submit"] == ["done"]
    assert told["looks"]
    assert APP_SECRET not in json.dumps(told)
    assert "published" in run("jobs", "ruian", "--state", "published")
    assert run("jobs", "ruian", "--state", "unknown") == ""
    with pytest.raises(CommandError):
        run("jobs", "nowhere")
