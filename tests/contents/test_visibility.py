"""Who sees which articles and pushes: own, unit's, units below, the chain, the competent office; administrators nothing."""

from datetime import datetime

import pytest

from guanhao.contents import plan
from guanhao.contents.models import Article, ArticleHand, Push
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.people.access import actor_of
from tests.contents.conftest import decide, submit


@pytest.fixture(params=[False, True], ids=["own cases looked up", "each case asked"], autouse=True)
def either_way(request, monkeypatch):
    """The condition has two forms (`cases.visibility.decided_much`), which must answer the same."""
    monkeypatch.setattr("guanhao.cases.visibility.decided_much", lambda _person: request.param)


def sees(cast, who, article):
    return Article.objects.visible_to(cast.people[who]).filter(pk=article.pk).exists()


EVERYBODY_ELSE = ["ruian-career-head", "ruian-tech", "ruian-system", "ruian-security", "ruian-audit"]


def test_a_students_draft_is_the_students_alone(ruian, offer):
    """Neither the section it names nor the office sees it before it is handed in."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    assert sees(ruian, "ruian-student", article)
    assert not any(
        sees(ruian, who, article) for who in ["ruian-section", "ruian-section-head", *EVERYBODY_ELSE]
    )


def test_whoever_offered_it_sees_it_whether_or_not_they_wrote(ruian, offer):
    """The contributor's own tie, without that of a hand in it."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    ArticleHand.objects.filter(article=article).delete()
    assert sees(ruian, "ruian-student", article)


@pytest.mark.article("gpnu-3")
def test_a_units_draft_is_its_peoples(gpnu, offer):
    """The college sees it, the other college does not."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college")
    assert sees(gpnu, "gpnu-college-head", article)
    assert not sees(gpnu, "gpnu-foreign", article)


@pytest.mark.article("ruian-6.1")
def test_the_chain_sees_what_reaches_it(ruian, offer):
    """Another section never does; after the decisions everybody who decided still does."""
    article = offer(ruian, "ruian-section", unit="学生科")
    submit(ruian, "ruian-section", article)
    for who in ("ruian-section-head", "ruian-leader", "ruian-editor"):
        decide(ruian, who, article)
    assert all(sees(ruian, who, article) for who in ["ruian-section-head", "ruian-leader", "ruian-editor"])
    assert not any(sees(ruian, who, article) for who in EVERYBODY_ELSE)


@pytest.mark.requirement("K12")
def test_the_three_administrators_see_no_article_by_their_role(ruian, offer):
    """At no stage."""
    article = offer(ruian, "ruian-section", unit="学生科")
    for step in ("ruian-section-head", "ruian-leader", "ruian-editor", None):
        assert not any(sees(ruian, who, article) for who in ["ruian-system", "ruian-security", "ruian-audit"])
        if article.state == "draft":
            submit(ruian, "ruian-section", article)
        if step:
            decide(ruian, step, article)


def test_who_has_left_sees_nothing(ruian, offer):
    """Not even their own."""
    article = offer(ruian, "ruian-section", unit="学生科")
    person = ruian.people["ruian-section"]
    person.active = False
    person.save(update_fields=["active"])
    assert not sees(ruian, "ruian-section", article)


@pytest.mark.requirement("TN1")
def test_another_institutions_articles_do_not_exist(ruian, gpnu, offer):
    """The scope is the last one opened; nobody of it sees the other's."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college")
    assert not Article.objects.visible_to(ruian.people["ruian-office-head"]).filter(pk=article.pk).exists()


def test_the_lists_ask_the_same_number_of_questions_however_long_they_are(
    ruian, offer, django_assert_num_queries
):
    """One article or five."""
    person = ruian.people["ruian-office-head"]
    counts = []
    for number in (1, 4):
        for n in range(number):
            article = offer(ruian, "ruian-section", unit="学生科", title=f"{number}/{n}")
            submit(ruian, "ruian-section", article)
        with CountQueries() as count:
            list(Article.objects.visible_to(person))
        counts.append(count.total)
    assert counts[0] == counts[1]


def test_a_push_is_seen_by_office_and_contributor_and_by_no_other_section(ruian, offer):
    """Who planned it, whose article it carries, who sees all publishing."""
    with clock.frozen(datetime(2026, 11, 23, 9, tzinfo=CHINA)):
        article = offer(ruian, "ruian-student", kind="student", unit="学生科")
        submit(ruian, "ruian-student", article)
        decide(ruian, "ruian-editor-2", article)
        editor = ruian.people["ruian-editor"]
        push = plan.plan_push(
            actor=actor_of(editor),
            person=editor,
            account=ruian.accounts["flagship"],
            revisions=[article.current],
            channel="wechat_publish",
            due_at=datetime(2026, 11, 24, 16, tzinfo=CHINA),
        )
    seen_by = {
        who for who in ruian.people if Push.objects.visible_to(ruian.people[who]).filter(pk=push.pk).exists()
    }
    assert {"ruian-editor", "ruian-office-head", "ruian-student", "ruian-tech"} <= seen_by
    assert not {"ruian-career-head", "ruian-section-head", "ruian-system", "ruian-audit"} & seen_by


class CountQueries:
    """Counts the queries of a block."""

    def __enter__(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *exc):
        self._context.__exit__(*exc)
        self.total = len(self._context)
