"""A person's calendar feed as a page."""

from __future__ import annotations

from django.http import Http404

from guanhao.core import tenancy
from guanhao.duties import feeds
from guanhao.duties.models import Feed
from guanhao.people.models import Person


def feed_of(person: Person) -> Feed | None:
    """The person's feed, where an address was made."""
    feed: Feed | None = Feed.objects.filter(person=person).first()
    return feed


def owner_of(secret: str) -> Person:
    """Whose feed an address is; `Http404` for one that was renewed, never was, or whose owner has left."""
    with tenancy.everywhere("the address alone says whose feed it is, and so of which institution"):
        found = Feed.objects.select_related("person__institution").filter(digest=feeds.digest_of(secret))
        feed = found.first()
    if feed is None or not feed.person.active:
        raise Http404
    person: Person = feed.person
    return person
