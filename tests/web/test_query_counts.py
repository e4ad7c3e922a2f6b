"""A list page asks the same number of questions of ten rows and of ten thousand."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.db.models.sql.compiler import SQLCompiler
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks import cycles, world
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState
from guanhao.core import clock
from guanhao.notices.models import Notice
from guanhao.people.models import Person
from guanhao.registry.models import Account

FEW, MANY = 10, 10_000


@pytest.fixture
def filled(ruian, settings):
    """The bench's world on the cast: sections, articles with decided cases, events, notices, people and accounts."""
    settings.SECOND_FACTOR = False
    loaded = world._people(ruian)
    cycles.in_review(loaded, 3)

    def fill(start, end):
        for first in range(start, end, world.BATCH):
            world._articles(loaded, range(first, min(first + world.BATCH, end)))
        world._append(loaded, end - start)
        _bulk(ruian, start, end)

    return fill


def _bulk(ruian, start, end):
    office = ruian.people["ruian-office-head"]
    common = {"institution": ruian.institution}
    Notice.objects.bulk_create(
        Notice(
            **common,
            person=office,
            event_index=1_000_000 + n,
            consequence="x",
            kind="x",
            title_zh=f"通知{n}",
            at=clock.now(),
        )
        for n in range(start, end)
    )
    Person.objects.bulk_create(
        Person(**common, name=f"人{n}", staff_no=f"Q{n}", created_at=clock.now()) for n in range(start, end)
    )
    Account.objects.bulk_create(
        Account(
            **common,
            platform="wechat",
            kind="subscription",
            name=f"号{n}",
            handle=f"q-{n}",
            owner_unit=ruian.units["办公室"],
            first_responsible=office,
            created_at=clock.now(),
        )
        for n in range(start, end)
    )


def _addresses():
    return {
        "desk": reverse("desk"),
        "articles": f"{reverse('articles')}?tab=all",
        "article": reverse(
            "article", args=[Article.objects.filter(state=ArticleState.PUBLISHED).order_by("pk")[0].pk]
        ),
        "review": reverse("review"),
        "publishing": reverse("publishing"),
        "accounts": reverse("accounts"),
        "accounts overdue": f"{reverse('accounts')}?is=overdue&q=号1",
        "accounts by unit": reverse("accounts_by_unit"),
        "account": reverse("account", args=[Account.objects.get(flagship=True).pk]),
        "account interface": reverse("account_interface", args=[Account.objects.get(flagship=True).pk]),
        "calendar": reverse("calendar"),
        "ledger": reverse("ledger"),
        "notices": reverse("notices"),
        "people": reverse("people"),
        "search": f"{reverse('search')}?q=见闻",
    }


def _is_question(statement):
    """Whether rows are asked for. Telling PostgreSQL whose rows may be seen is a SELECT in form only (`core.tenancy`)."""
    return statement.lstrip("(").startswith("SELECT") and "set_config(" not in statement


def _asked(ruian, sign_in, names=None):
    """The statements of each page that is opened for a second time."""
    client = Client()
    client.force_login(ruian.people[sign_in].user, backend="guanhao.web.belonging.Recognition")
    for name, address in _addresses().items():
        if names and name not in names:
            continue
        assert client.get(address).status_code == 200, name
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        yield name, [query["sql"] for query in queries]


def _counts(ruian, sign_in):
    # Reading the ledger is itself recorded, and an entry writes one row more where a subtree becomes whole.
    return {name: sum(map(_is_question, said)) for name, said in _asked(ruian, sign_in)}


def test_every_list_asks_as_much_of_ten_thousand_rows_as_of_ten(ruian, filled):
    """The first page of each list, as the head of the office, who sees the most."""
    filled(0, FEW)
    few = _counts(ruian, "ruian-office-head")
    filled(FEW, MANY)
    many = _counts(ruian, "ruian-office-head")
    assert many == few


PREPARED = {"ruian-section-head": ("desk", "articles", "review"), "ruian-office-head": ("desk", "articles", "article", "review")}  # fmt: skip


@pytest.mark.parametrize("sign_in", PREPARED)
def test_the_pages_opened_all_day_put_no_statement_together(ruian, filled, sign_in, monkeypatch):
    """Which takes ten times what the database needs for it (0005). The session's is left, which Django asks for."""
    filled(0, FEW)
    client, addresses, assembled = Client(), _addresses(), []
    client.force_login(ruian.people[sign_in].user, backend="guanhao.web.belonging.Recognition")
    execute = SQLCompiler.execute_sql

    def noted(compiler, *args, **kwargs):
        assembled.append(compiler.query.model.__name__)
        return execute(compiler, *args, **kwargs)

    for name in PREPARED[sign_in]:
        client.get(addresses[name])
        with monkeypatch.context() as patch:
            patch.setattr(SQLCompiler, "execute_sql", noted)
            assembled.clear()
            client.get(addresses[name])
        assert assembled == ["Session"], name


MOST_QUERIES = 15  # docs/bench.md


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_a_working_day_take_few_statements(ruian, filled):
    """The desk and the lists, as the reviewer of a first step, who has no special rights (docs/bench.md).

    Every statement counts, of row-level security too; so it is asked outside a transaction, as a request is.
    """
    with transaction.atomic():
        filled(0, FEW)
    pages = ("desk", "articles", "review", "publishing", "search")
    said = dict(_asked(ruian, "ruian-section-head", pages)) | dict(
        _asked(ruian, "ruian-office-head", ("ledger",))
    )
    assert len(said) == len(pages) + 1
    assert {name: len(asked) for name, asked in said.items() if len(asked) > MOST_QUERIES} == {}
    if connection.vendor == "postgresql":
        told = {name: sum("set_config(" in one for one in asked) for name, asked in said.items()}
        assert set(told.values()) == {1}, told  # only that the scope is over
