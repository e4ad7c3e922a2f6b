"""What tests of articles share: a stored picture, a body that passes, a way through the routes."""

import pytest

from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.contents import actions
from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.core.canonical import digest_bytes
from guanhao.people.access import actor_of


def picture(institution, name="图片"):
    """A stored picture, without going through the decoder."""
    asset, _ = Asset.objects.get_or_create(
        institution=institution,
        digest=digest_bytes(name.encode()),
        defaults={"kind": "image", "mime": "image/jpeg", "size": 1, "uploaded_at": clock.now()},
    )
    return asset


def raw_content(institution, **changes):
    """Content that every check of the three regulations lets pass, as a form would send it."""
    pictures = [picture(institution, name).digest for name in ("一", "二")]
    body = "<p>全校师生参加了活动。</p>" + "".join(
        f'<p><img src="asset:{one}" alt="现场"></p>' for one in pictures
    )
    content = {
        "title": "技能月开幕",
        "author_line": "办公室",
        "body": body,
        "cover": pictures[0],
        "source": "学生科",
        "credits": {"editor": "苏晓棠", "pictures": "苏晓棠", "layout": "林知夏", "text": "方予安"},
    }
    return content | changes


@pytest.fixture
def offer():
    """Begin an article in the cast: ``offer(ruian, "ruian-section", unit="学生科")``."""

    def begin(
        cast,
        who,
        *,
        kind="unit",
        unit,
        account="flagship",
        category="news",
        classes=(),
        wanted_at=None,
        **changes,
    ):
        person = cast.people[who]
        return actions.create_article(
            actor=actor_of(person),
            person=person,
            account=cast.accounts[account],
            unit=cast.units[unit],
            kind=kind,
            content=raw_content(cast.institution, **changes),
            details=actions.Details(category=category, content_classes=tuple(classes), wanted_at=wanted_at),
        )

    return begin


def submit(cast, who, article):
    person = cast.people[who]
    return actions.submit(actor=actor_of(person), person=person, article=article)


def edit(cast, who, article, **changes):
    """Save the working copy with other content."""
    person = cast.people[who]
    article.refresh_from_db()
    return actions.save_working(
        actor=actor_of(person),
        person=person,
        article=article,
        serial=article.working_serial,
        content=raw_content(cast.institution, **changes),
    )


def decide(cast, who, article, verdict="approve", **more):
    """Let a person decide the step that waits, with everything ticked."""
    person = cast.people[who]
    article.refresh_from_db()
    step = Step.objects.waiting().get(case=article.case)
    given = {
        "digest": article.current.hash,
        "opinion": "" if verdict == "approve" else "请补充来源。",
        "checklist": {item["key"]: True for item in step.checklist} if verdict == "approve" else {},
    }
    saying = Saying(verdict=verdict, **(given | more))
    outcome = actions.decide(actor=actor_of(person), person=person, step=step, saying=saying)
    article.refresh_from_db()
    return outcome
