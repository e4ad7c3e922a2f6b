"""The search finds what going through everything would find, in the same order, for whoever looks."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from guanhao.cases.models import Case, Decision, Step
from guanhao.cases.types import CaseState, StepState, Verdict
from guanhao.contents import titles
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState, ContributorKind
from guanhao.core import clock
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.web import access, searching
from guanhao.web.lists import ListView
from guanhao.web.viewer import Viewer
from guanhao.web.work import access as work
from guanhao.web.work.article_list import article_list
from guanhao.web.work.review_list import review_list

ARTICLES = 240
SYLLABLES = ("运动", "会", "校园", "开放日", "Abc", "aB", "100%", "_x", "招生")
VIEWERS = ("ruian-section", "ruian-section-head", "ruian-office-head", "ruian-leader", "ruian-editor")
QUERIES = ("运动", "会", "运动会", "abc", "100%", "_", "校园 会", "科", "没有的词", "招生 开放日")


@pytest.fixture
def scattered(ruian):
    """Articles and cases of everybody's, with words at random."""
    dice = random.Random(11)
    people, units = list(ruian.people.values()), list(ruian.units.values())
    begun = clock.now() - timedelta(days=300)
    articles = Article.objects.bulk_create(
        Article(
            institution=ruian.institution,
            title="".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))),
            contributor=dice.choice(people),
            contributor_kind=dice.choice(ContributorKind.values),
            owner_unit=dice.choice(units),
            account=ruian.accounts["flagship"],
            state=dice.choice(ArticleState.values),
            created_at=begun,
            changed_at=begun + timedelta(minutes=number),
        )
        for number in dice.sample(range(10_000), ARTICLES)
    )
    titles.note_new(articles)
    for article in articles[::2]:
        _case(ruian, article, dice)
    return ruian


def _case(ruian, article, dice):
    """A case that was opened, or whose first step still waits to be, with a decision now and then."""
    case = Case.objects.create(
        institution=ruian.institution,
        act="release",
        label=article.title,
        subject_kind="article",
        subject_id=str(article.pk),
        subject_digest="sha256:x",
        rulebook=in_force(ruian.institution).version,
        clause="ruian-6.1.release_unit",
        owner_unit=article.owner_unit,
        publisher_unit=article.account.owner_unit,
        submitted_by=article.contributor,
        state=CaseState.APPROVED,
        opened_at=article.changed_at,
    )
    opened = article.changed_at if dice.random() < 0.8 else None
    step = Step.objects.create(
        institution=ruian.institution,
        case=case,
        position=0,
        key="head",
        title_zh="审核",
        article="ruian-6.1",
        role="section_head",
        unit=article.owner_unit,
        post="head",
        act="review",
        state=StepState.PASSED,
        opened_at=opened,
    )
    if opened and dice.random() < 0.5:
        Decision.objects.create(
            institution=ruian.institution,
            step=step,
            person=dice.choice(list(ruian.people.values())),
            verdict=Verdict.APPROVE,
            subject_digest="sha256:x",
            rulebook_digest="sha256:y",
            at=opened,
        )


def _plainly(viewer, words):
    """The articles and cases that going through all that the viewer may see would find."""
    found = {}
    for label, rows, newest, names in (
        ("稿件", access.articles(viewer), "changed_at",
         lambda row: (row.title, row.contributor.name, row.owner_unit.name)),
        ("办件", access.cases(viewer), "opened_at", lambda row: (row.label, row.submitted_by.name)),
    ):  # fmt: skip
        hits = [
            row
            for row in sorted(rows.order_by(), key=lambda row, by=newest: getattr(row, by), reverse=True)
            if all(any(word.lower() in name.lower() for name in names(row)) for word in words)
        ]
        shown = [names(row)[0] for row in hits[: searching.SHOWN]]
        found[label] = (shown, len(hits) > searching.SHOWN)
    return {label: one for label, one in found.items() if one[0]}


@pytest.mark.django_db
@pytest.mark.requirement("TN2")
@pytest.mark.parametrize("much", [False, True])
@pytest.mark.parametrize("few", [0, 30, ARTICLES])
def test_the_search_finds_what_is_there_and_may_be_seen(scattered, monkeypatch, much, few):
    """Whichever way it asks what somebody may see: among what they had to do with, or of each thing.

    And whether it goes through everything or looks where the words can be.
    """
    monkeypatch.setattr(titles, "FEW", few)
    monkeypatch.setattr("guanhao.cases.visibility.decided_much", lambda _person: much)
    hits = 0
    for name in VIEWERS:
        viewer = Viewer(scattered.people[name], scattered.institution, "")
        for query in QUERIES:
            groups = {str(group.label): group for group in searching.groups(viewer, query.split())}
            found = {
                label: ([hit.title for hit in group.hits], group.more)
                for label, group in groups.items()
                if label in ("稿件", "办件")
            }
            assert found == _plainly(viewer, query.split()), (name, query)
            hits += sum(len(shown) for shown, _more in found.values())
    assert hits > 100


@pytest.mark.django_db
@pytest.mark.parametrize("few", [0, 30, ARTICLES])
def test_a_list_finds_the_same_where_it_looks_only_where_the_words_can_be(scattered, monkeypatch, few):
    """Articles, and the steps somebody decided: also those about what is no article."""
    monkeypatch.setattr(titles, "FEW", few)
    others = list(Case.objects.order_by("pk").values_list("pk", flat=True))[::3]
    Case.objects.filter(pk__in=others).update(subject_kind="application")
    found = []
    for name in scattered.people:
        viewer = Viewer(scattered.people[name], scattered.institution, "")
        for query in QUERIES:
            asked = QueryDict(urlencode({"q": query, "tab": "done"}))
            found += _listed(article_list(viewer), asked, access.articles(viewer))
            found += _listed(review_list(viewer), asked, work.steps(viewer))
    steps = [row for row in found if isinstance(row, Step)]
    assert len(found) > len(steps)
    assert {step.case.subject_kind for step in steps} == {"article", "application"}


def _listed(spec, asked, rows):
    """What the list shows, which is what it shows where it goes through everything."""
    assert spec.among is not None
    found = list(ListView(spec, asked, rows).found)
    assert found == list(ListView(replace(spec, among=None), asked, rows).found), asked
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("handle", ["", "gh_found"])
def test_a_hit_shows_only_the_facts_there_are(ruian, handle):
    account = ruian.accounts["flagship"]
    Account.objects.filter(pk=account.pk).update(handle=handle)
    viewer = Viewer(ruian.people["ruian-office-head"], ruian.institution, "")
    (group,) = (one for one in searching.groups(viewer, [account.name]) if str(one.label) == "账号")
    (fact,) = (hit.fact for hit in group.hits if hit.title == account.name)
    unit = account.owner_unit.name
    assert fact == (f"{unit} · {handle}" if handle else unit)
