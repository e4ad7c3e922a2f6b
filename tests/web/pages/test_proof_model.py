"""The page of the proofreading model: which is in use, training begun, chosen, given up."""

import pytest

from guanhao.lexicon.models import Lexicon, ProofTraining
from tests.lexicon.conftest import Keeper


@pytest.fixture
def office(ruian, browser):
    Keeper(ruian, "ruian-office-head").enter("confusable", "座谈汇", "座谈会")
    return browser("ruian-office-head")


def test_it_says_that_the_delivered_one_is_in_use_and_why_one_would_train(office):
    """With one button."""
    page = office.get("/screening/model/").content.decode()
    for words in ("自带模型", "还没有用本单位的稿件训练过", "用已发布的稿件训练"):
        assert words in page
    assert "恢复自带模型" not in page


def test_a_training_is_begun_once_and_listed(office):
    """A second one is refused with a sentence."""
    assert "训练已开始" in office.post("/screening/model/", follow=True).content.decode()
    assert "进行中" in office.get("/screening/model/").content.decode()
    assert "已有一次训练没有结束" in office.post("/screening/model/", follow=True).content.decode()
    assert ProofTraining.objects.count() == 1


def test_a_trained_model_is_chosen_and_given_up(office):
    """The digest in use is shown whole."""
    office.post("/screening/model/")
    row = ProofTraining.objects.get()
    told = office.post(f"/screening/model/{row.pk}/use/", follow=True).content.decode()
    assert "没有得出模型" in told
    digest = "sha256:" + "a1" * 32
    ProofTraining.objects.update(state="done", digest=digest, articles=3, characters=1200)
    office.post(f"/screening/model/{row.pk}/use/")
    page = office.get("/screening/model/").content.decode()
    for words in ("本单位模型", digest, "使用中", "恢复自带模型"):
        assert words in page
    office.post("/screening/model/delivered/")
    assert Lexicon.objects.get().proof_digest == ""
    assert "自带模型" in office.get("/screening/model/").content.decode()
