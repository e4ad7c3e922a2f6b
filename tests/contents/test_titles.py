"""The index of letter pairs: whatever contains a word lies among the articles it names, however the title came about."""

from __future__ import annotations

import importlib
import random
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.contents import titles
from guanhao.contents.models import Article, TitlePair
from guanhao.core import tenancy
from guanhao.people.models import Institution, Unit
from tests.contents.conftest import decide, edit, submit

LETTERS = ["运", "动", "会", "招", "生", "a", "A", "bC", "%", "_", "\\", "ß", "é", "É", "𠮷", "1"]


def found(*words):
    keys = titles.few_with(words)
    return None if keys is None else list(Article.objects.filter(pk__in=keys).values_list("title", flat=True))


def test_a_text_is_taken_apart_once_and_in_capitals():
    """Each two letters that follow each other; of a single one there is nothing."""
    assert titles.pairs_of("运动运动会") == ["运动", "动运", "动会"]
    assert titles.pairs_of("abAb") == ["AB", "BA"]
    assert titles.pairs_of("会") == titles.pairs_of("") == []


@pytest.mark.django_db
def test_nothing_that_contains_a_word_lies_outside(ruian, offer, monkeypatch):
    """Against the database's own comparison, for words of every length, signs that mean something to it included."""
    monkeypatch.setattr(titles, "FEW", 1_000)
    dice = random.Random(7)
    for _ in range(40):
        title = "".join(dice.choices(LETTERS, k=dice.randint(1, 12)))
        offer(ruian, "ruian-section", unit="学生科", title=title)
    sizes = []
    for _ in range(200):
        words = ["".join(dice.choices(LETTERS, k=dice.randint(1, 4))) for _ in range(dice.randint(1, 4))]
        keys, rows = titles.few_with(words), Article.objects.all()
        for word in words:
            rows = rows.filter(title__icontains=word)
        inside = set(rows.values_list("pk", flat=True))
        assert keys is None or inside <= set(keys), words
        sizes.append((len(inside), -1 if keys is None else len(keys)))
    assert any(inside for inside, _ in sizes)
    assert sum(0 <= known < 40 for _, known in sizes) > 100  # It does narrow.


@pytest.mark.django_db
def test_an_article_is_found_by_every_title_it_is_given(ruian, offer):
    """Begun, saved, handed in. What it was called before it was handed in is forgotten; what a case is called is not."""
    article = offer(ruian, "ruian-section", unit="学生科", title="蓝花楹开了")
    assert found("蓝花楹") == ["蓝花楹开了"]
    edit(ruian, "ruian-section", article, title="凤凰木开了")
    assert found("凤凰木") == ["凤凰木开了"]
    assert found("蓝花楹") == []
    submit(ruian, "ruian-section", article)
    decide(ruian, "ruian-section-head", article, "return")
    edit(ruian, "ruian-section", article, title="木棉开了")
    assert found("木棉") == ["木棉开了"]
    assert found("凤凰木") == ["木棉开了"]
    Article.objects.filter(pk=article.pk).update(
        working=Article.objects.get(pk=article.pk).working | {"title": "紫荆开了"}
    )
    submit(ruian, "ruian-section", article)
    assert found("紫荆") == ["紫荆开了"]
    assert TitlePair.objects.filter(pair="开了").count() == 1


@pytest.mark.django_db
def test_saving_the_same_title_again_asks_nothing(ruian, offer):
    """Autosave comes every few seconds."""
    article = offer(ruian, "ruian-section", unit="学生科", title="蓝花楹开了")
    with CaptureQueriesContext(connection) as queries:
        edit(ruian, "ruian-section", article, title="蓝花楹开了")
    assert not [one for one in queries.captured_queries if "titlepair" in one["sql"]]


@pytest.mark.django_db
def test_what_may_be_many_is_not_narrowed(ruian, offer, monkeypatch):
    """A frequent pair, a word that is in a name, a single letter: then everything is gone through as before."""
    for title in ("运动会开幕", "运动会闭幕", "开放日"):
        offer(ruian, "ruian-section", unit="学生科", title=title)
    assert sorted(found("运动会")) == ["运动会开幕", "运动会闭幕"]
    assert found("没有") == []
    assert found("会") is None
    assert found("学生科") is None  # The unit's name: its articles contain it.
    Unit.objects.filter(name="学生科").update(name="学工科")
    assert found("学生科") == []
    assert found(ruian.people["ruian-editor"].name) is None
    monkeypatch.setattr(titles, "FEW", 1)
    assert found("运动会") is None
    assert found("运动会开") == ["运动会开幕"]  # One of its pairs is rare.
    assert found("运动会", "闭幕") == ["运动会闭幕"]
    assert found("闭幕", "学工科", "会") == ["运动会闭幕"]


@pytest.mark.django_db
def test_a_long_search_is_asked_about_in_part(ruian, offer):
    """Three words and four pairs of each: enough to narrow, and the statement stays short."""
    offer(ruian, "ruian-section", unit="学生科", title="甲乙丙丁戊己庚辛壬癸子丑")
    with CaptureQueriesContext(connection) as queries:
        assert found("甲乙丙丁戊己庚辛壬癸", "丙丁", "己庚", "辛壬", "子丑") == ["甲乙丙丁戊己庚辛壬癸子丑"]
    assert queries.captured_queries[0]["sql"].count("titlepair") < 40


@pytest.mark.django_db
@pytest.mark.requirement("TN2")
def test_another_institutions_titles_are_not_named(ruian, offer):
    """The index is scoped like every table; across institutions nothing is narrowed."""
    offer(ruian, "ruian-section", unit="学生科", title="蓝花楹开了")
    other = Institution.objects.create(key="elsewhere", name="别处", created_at=ruian.institution.created_at)
    with tenancy.within(other):
        assert titles.few_with(["蓝花楹"]) == []
    with tenancy.everywhere("the test looks from outside"):
        assert titles.few_with(["蓝花楹"]) is None


@pytest.mark.django_db
def test_titles_from_before_are_noted_by_the_migration(ruian, offer, monkeypatch):
    """All of them, over more than one piece, and what a case was opened under before its article was renamed."""
    for number in range(5):
        article = offer(ruian, "ruian-section", unit="学生科", title=f"第{number}期蓝花楹")
    submit(ruian, "ruian-section", article)
    decide(ruian, "ruian-section-head", article, "return")
    edit(ruian, "ruian-section", article, title="木棉开了")
    before = set(TitlePair.objects.values_list("article", "pair"))
    TitlePair.objects.all().delete()
    migration = importlib.import_module("guanhao.contents.migrations.0013_note_titles")
    monkeypatch.setattr(migration, "ARTICLES_AT_ONCE", 2)
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert set(TitlePair.objects.values_list("article", "pair")) == before
