"""The review cycle through the pages: the forms people post, without and with the pages they look at on the way."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from benchmarks.cycles import CYCLES, Timing, follow, turn, written
from benchmarks.world import World
from guanhao.cases.models import Step
from guanhao.cases.types import Verdict
from guanhao.contents.models import Article
from guanhao.people.models import Person
from guanhao.web.belonging import BACKEND

SEEN, MOVED = 200, 302


class Readers:
    """A signed-in browser for each person, opened before anything is timed."""

    def __init__(self) -> None:
        self._clients: dict[int, Client] = {}

    def of(self, person: Person) -> Client:
        """The person's browser; whoever has no sign-in yet gets one."""
        if person.pk not in self._clients:
            if person.user is None:
                person.user = get_user_model().objects.create_user(f"bench-{person.pk}")
                person.save(update_fields=["user"])
            client = Client(raise_request_exception=True)
            client.force_login(person.user, backend=BACKEND)
            self._clients[person.pk] = client
        return self._clients[person.pk]


def run(world: World, *, with_pages: bool, start: int) -> Timing:
    """Time the cycles: submit and every approval as posted forms, with or without the pages around them."""
    timing, readers = Timing(cycles=CYCLES), Readers()
    articles = [written(world, number) for number in range(start, start + CYCLES)]
    for article in articles:
        client = readers.of(article.contributor)
        with timing.counting():
            _look(client, with_pages, reverse("desk"), reverse("article", args=[article.pk]))
            _post(client, reverse("article_submit", args=[article.pk]), {}, follow_up=with_pages)
    with timing.counting():
        follow()
    while _approved(articles, readers, timing, with_pages=with_pages):
        with timing.counting():
            follow()
    return timing


def _approved(articles: list[Article], readers: Readers, timing: Timing, *, with_pages: bool) -> bool:
    turns = [(article, waits) for article in articles if (waits := turn(article)) is not None]
    for article, (step, person) in turns:
        client = readers.of(person)
        with timing.counting():
            _look(client, with_pages, reverse("desk"), reverse("review_step", args=[step.pk]))
            address = reverse("review_decide", args=[step.pk])
            _post(client, address, _said(article, step), follow_up=with_pages)
        timing.approvals += 1
    return bool(turns)


def _said(article: Article, step: Step) -> dict[str, object]:
    assert article.current is not None
    return {
        "digest": article.current.hash,
        "verdict": Verdict.APPROVE.value,
        "check": [point["key"] for point in step.checklist],
    }


def _look(client: Client, wanted: bool, *addresses: str) -> None:
    for address in addresses if wanted else ():
        answer = client.get(address)
        if answer.status_code != SEEN:
            raise RuntimeError(f"{address} answered {answer.status_code}.")


def _post(client: Client, address: str, values: dict[str, object], *, follow_up: bool) -> None:
    """Post a form, and open the page it leads to where pages count."""
    answer = client.post(address, values)
    if answer.status_code != MOVED:
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    _look(client, follow_up, answer["Location"])
