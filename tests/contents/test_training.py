"""An institution's own proofreading model: trained in the background, chosen by its digest, given up again."""

from datetime import timedelta

import pytest

from guanhao.contents import training
from guanhao.contents.models import Push, PushItem
from guanhao.contents.rules.words import proofreader
from guanhao.core import clock
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.lexicon import proofs
from guanhao.lexicon.lists import lists_for
from guanhao.lexicon.models import ProofTraining
from guanhao.lexicon.proofing import choose_model, start_training
from guanhao.people.access import actor_of
from guanhao.regulation.queries import in_force
from guanhao.rulebook.vocabulary import Doubt
from guanhao.screening.proof.modelfile import delivered
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.contents.conftest import submit
from tests.lexicon.conftest import Keeper
from tests.screening import prose

ME = Worker("test/training")


@pytest.fixture
def keeper(ruian, db):
    return Keeper(ruian, "ruian-office-head")


@pytest.fixture
def published(ruian, offer, monkeypatch):
    """A short archive, published by hand; short is enough for these tests."""
    monkeypatch.setattr(training, "LEAST_LINES", 40)
    body = "".join(f"<p>{sentence}</p>" for sentence in prose.sentences(60))
    article = offer(ruian, "ruian-student", kind="student", unit="学生科", body=body)
    revision = submit(ruian, "ruian-student", article)
    push = Push.objects.create(
        institution=ruian.institution,
        account=article.account,
        channel="by_hand",
        due_at=clock.now() - timedelta(days=1),
        state="published",
        planned_by=ruian.people["ruian-editor"],
        planned_at=clock.now(),
    )
    PushItem.objects.create(institution=ruian.institution, push=push, position=0, revision=revision)


def trained(keeper):
    row = start_training(**keeper.here)
    until_idle([training.train_one], ME)
    row.refresh_from_db()
    return row


def in_use(cast):
    return lists_for(cast.institution, [], in_force(cast.institution).rulebook).proof_digest


def test_a_training_reads_what_was_published_and_keeps_a_model_under_its_digest(ruian, keeper, published):
    """It is not used before the keeper says so; thresholds of so little text are no lower than the delivered ones."""
    row = trained(keeper)
    assert (row.state, row.articles, row.failure) == ("done", 1, "")
    assert row.characters > 500
    model = proofs.model_of(row.digest)
    assert model.archive is not None
    assert model.language is delivered().language
    assert row.warn_at >= delivered().thresholds.warn
    event = Event.objects.latest("index")
    assert event.action == "proof.training_ended"
    assert row.digest.encode() in bytes(event.entry)
    assert in_use(ruian) == ""


def test_the_chosen_model_proofreads_and_the_delivered_one_comes_back(ruian, keeper, published):
    """Each change is a version of the lists and an event with both digests."""
    row = trained(keeper)
    choose_model(**keeper.here, training=row)
    assert in_use(ruian) == row.digest
    assert proofreader(Doubt.LIKELY, {}, proofs.model_of(in_use(ruian))).model.archive is not None
    assert row.digest.encode() in bytes(Event.objects.latest("index").entry)
    with pytest.raises(WrongState, match="正在使用"):
        choose_model(**keeper.here, training=row)
    choose_model(**keeper.here, training=None)
    assert in_use(ruian) == ""
    assert proofs.model_of("") is delivered()


def test_too_little_text_and_a_command_that_fails_end_with_a_sentence(keeper, published, monkeypatch):
    """And another may be begun."""
    monkeypatch.setattr(training, "LEAST_LINES", 1_000)
    row = trained(keeper)
    assert row.state == "failed"
    assert "至少要 1000 段" in row.failure
    monkeypatch.setattr(training, "LEAST_LINES", 40)
    monkeypatch.setattr(training, "_COMMAND", "import sys; sys.exit('no room')")
    row = trained(keeper)
    assert (row.state, row.failure) == ("failed", "no room")
    with pytest.raises(WrongState, match="没有得出模型"):
        choose_model(**keeper.here, training=row)


def test_a_model_file_that_was_altered_or_is_gone_is_not_used(keeper, published):
    """The delivered one reads in its place."""
    digest = trained(keeper).digest
    path = proofs._path(digest)
    path.write_bytes(path.read_bytes() + b"x")
    proofs.model_of.cache_clear()
    assert proofs.model_of(digest) is delivered()
    path.unlink()
    proofs.model_of.cache_clear()
    assert proofs.model_of(digest) is delivered()
    proofs.model_of.cache_clear()


def test_one_at_a_time_and_only_by_the_keeper_of_the_lists(ruian, keeper):
    """The constraint says so, not the code alone."""
    person = ruian.people["ruian-section-head"]
    with pytest.raises(Refused):
        start_training(actor=actor_of(person), person=person, institution=ruian.institution)
    start_training(**keeper.here)
    with pytest.raises(WrongState, match="没有结束"):
        start_training(**keeper.here)
    assert ProofTraining.objects.count() == 1
