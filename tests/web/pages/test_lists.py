"""The working lists issue as many queries for ten rows as for ten thousand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.contents.models import Article
from guanhao.core import clock


def add_articles(ruian, number):
    now = clock.now()
    Article.objects.all().delete()
    Article.objects.bulk_create(
        Article(
            institution=ruian.institution,
            title=f"稿件 {n}",
            contributor=ruian.people["ruian-section"],
            contributor_kind="unit",
            owner_unit=ruian.units["学生科"],
            account=ruian.accounts["flagship"],
            category="news",
            content_classes=["breaking_news"] if n % 2 else [],
            working={},
            created_at=now,
            changed_at=now,
        )
        for n in range(number)
    )


@pytest.mark.parametrize("path", ["/articles/?tab=unit", "/articles/?tab=all&class=breaking_news&q=稿件"])
def test_the_list_of_articles_asks_a_constant_number_of_queries(path, ruian, browser):
    """Tabs, filters and search included."""
    client = browser("ruian-section")
    client.get(path)
    counts = []
    for number in (10, 10_000):
        add_articles(ruian, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_filters_find_what_they_name(ruian, browser):
    """A class is a word in a JSON list; the filter finds exactly the articles that carry it."""
    add_articles(ruian, 10)
    page = browser("ruian-section").get("/articles/?tab=unit&class=breaking_news")
    assert page.context["list"].page.paginator.count == 5


def test_the_list_is_exported_with_its_filters(ruian, browser):
    """The workbook holds what the address asks for."""
    add_articles(ruian, 3)
    answer = browser("ruian-section").get("/articles/?tab=unit&format=xlsx")
    assert answer.headers["Content-Type"].endswith("sheet")
