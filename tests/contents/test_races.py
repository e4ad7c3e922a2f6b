"""Two people at once, each with a connection of their own: one wins, the other is told, nothing is done twice."""

import threading
from datetime import datetime

import pytest
from django.db import connection

from guanhao.contents import actions, plan
from guanhao.contents.models import Article, PushItem, Revision
from guanhao.core import clock, tenancy
from guanhao.core.clock import CHINA
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from tests.contents.conftest import decide, raw_content, submit

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15
NOW = datetime(2026, 11, 23, 9, tzinfo=CHINA)


@pytest.fixture
def house(transactional_db, ruian):
    with clock.frozen(NOW):
        yield ruian


def both(institution, *parts):
    """Run the parts at the same moment; answers their results, refusals included."""
    start, results = threading.Barrier(len(parts)), [None] * len(parts)

    def run(place, part):
        try:
            with tenancy.within(institution):
                start.wait(timeout=30)
                results[place] = part()
        except Refused as refused:
            results[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(parts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def lost(results):
    return [one for one in results if isinstance(one, Refused)]


def test_an_approved_article_gets_one_place_however_many_reach_for_it(house, offer):
    """Two editors plan the same article at the same moment."""
    editor = house.people["ruian-editor"]
    for number in range(ROUNDS):
        article = offer(house, "ruian-student", kind="student", unit="学生科", title=f"第{number}篇")
        submit(house, "ruian-student", article)
        decide(house, "ruian-editor-2", article)

        def place(hour, article=article):
            return plan.plan_push(
                actor=actor_of(editor),
                person=editor,
                account=house.accounts["flagship"],
                revisions=[Revision.objects.get(pk=article.current_id)],
                channel="wechat_publish",
                due_at=NOW.replace(day=24, hour=hour),
            )

        results = both(house.institution, lambda: place(16), lambda: place(20))
        assert len(lost(results)) == 1
        assert PushItem.objects.filter(revision=article.current, live=True).count() == 1


def test_an_article_is_handed_in_once(house, offer):
    """Two people of the section press submit."""
    for _ in range(ROUNDS):
        article = offer(house, "ruian-section", unit="学生科")
        writer = house.people["ruian-section"]

        def hand_in(article=article, writer=writer):
            return actions.submit(actor=actor_of(writer), person=writer, article=article)

        results = both(house.institution, hand_in, hand_in)
        assert len(lost(results)) == 1
        assert Revision.objects.filter(article=article).count() == 1
        told = [event.action for event in Event.objects.about("article", article.pk)]
        assert told.count("article.submitted") == 1


def test_of_two_saves_one_is_kept_and_the_other_told(house, offer):
    """The same serial twice."""
    writer, head = house.people["ruian-section"], house.people["ruian-section-head"]
    for _ in range(ROUNDS):
        article = offer(house, "ruian-section", unit="学生科")

        def save(person, title, article=article):
            return actions.save_working(
                actor=actor_of(person),
                person=person,
                article=Article.objects.get(pk=article.pk),
                serial=0,
                content=raw_content(house.institution, title=title),
            )

        results = both(house.institution, lambda: save(writer, "甲"), lambda: save(head, "乙"))
        (loser,) = lost(results)
        kept = next(one for one in results if one is not loser)
        article.refresh_from_db()
        assert (article.title, article.working_serial) == (kept.title, 1)
        assert loser.article.title == kept.title
