"""One COMMIT lost on its way to PostgreSQL, or its answer: the intent's, and the outcome's (§2.6)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from guanhao.publishing.types import JobState
from tests.publishing.test_kills import restarted
from tests.publishing.world import DUE
from tests.support.cutting import Cut, Cutter, given
from tests.support.forks import Forks

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.requirement("RS2"),
    pytest.mark.requirement("K2"),
]
SUBMIT = "/cgi-bin/freepublish/submit"
INTENT, OUTCOME = given(JobState.ARMED), given(JobState.ACCEPTED)


@pytest.fixture
def cut_once(world, tmp_path):
    """Run a publisher whose first COMMIT of a transaction that says something is lost; answers what it printed."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no wire: its COMMIT is a call in the same process.")
    server = connection.settings_dict

    def run(word, where, ends=(1, "OperationalError")):
        left = [where]

        def rule(said):
            return left.pop() if left and word in said else None

        with Cutter(server["HOST"] or "127.0.0.1", int(server["PORT"] or 5432), rule) as cutter:
            environment = {
                "GUANHAO_TEST_SWITCH": "1",
                "GUANHAO_DATABASE": "postgres",
                "GUANHAO_PG_NAME": str(server["NAME"]),
                "GUANHAO_PG_PORT": str(cutter.port),
                "PGSSLMODE": "disable",
                "PGGSSENCMODE": "disable",
                "GUANHAO_SECRET_KEY": "only-for-tests",
                "GUANHAO_KEK_PATH": str(settings.KEK_PATH),
                "GUANHAO_LEDGER_KEY_PATH": str(settings.LEDGER_KEY_PATH),
                "GUANHAO_EPOCH_PATH": str(settings.EPOCH_PATH),
                "GUANHAO_VAR": str(Path(settings.MEDIA_ROOT).parent),
                "GUANHAO_WECHAT_BASE_URL": settings.WECHAT_BASE_URL,
            }
            connections.close_all()
            with Forks(environment, ["tests.publishing.worker_process"]) as forks:
                fork = forks.start(
                    "tests.publishing.worker_process:work",
                    world.sandbox.base_url,
                    DUE.isoformat(),
                    10,
                    says=tmp_path / "publisher.log",
                )
                assert fork.wait() == ends[0], fork.says.read_text()[-3000:]
            assert cutter.cuts == {where: 1}
        assert ends[1] in fork.says.read_text()

    return run


@pytest.mark.parametrize("where", list(Cut))
def test_whose_intent_may_or_may_not_stand_sends_nothing_on_it(world, cut_once, where):
    """No byte leaves after such a COMMIT. Where it was undone the push goes out afresh; where it stands it is looked for."""
    job = world.staged()
    cut_once(INTENT, where)
    assert world.sandbox.ledger(path=SUBMIT) == []
    job = restarted(world, job, DUE, 1400, step=20)
    expected = {Cut.LOST: (JobState.PUBLISHED, 1), Cut.UNANSWERED: (JobState.ASK, 0)}[where]
    assert (job.state, len(world.accepts())) == expected, job.cause


@pytest.mark.parametrize("where", list(Cut))
def test_what_was_sent_and_may_or_may_not_be_written_down_is_found_once(world, cut_once, where):
    """The platform accepted it; the answer is kept and written again, unless it turns out to be written: sent once either way."""
    job = world.staged()
    cut_once(OUTCOME, where, ends={Cut.LOST: (0, "retry"), Cut.UNANSWERED: (1, "LeaseLost")}[where])
    job.refresh_from_db()
    assert job.state in {JobState.ACCEPTED, JobState.PUBLISHED}
    assert job.unknown_since is None  # Nobody had to look for it.
    job = restarted(world, job, DUE + timedelta(seconds=5), 300, step=10)
    assert job.state == JobState.PUBLISHED, job.cause
    assert len(world.accepts()) == 1
    assert world.titles_public() == ["技能月开幕"]
