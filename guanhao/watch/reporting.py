"""Suspected impostors that the public reports: each becomes a sighting, or speaks to one that is known (xartvu-14, gpnu-5).

Nothing about the reporter is kept. What is known already stays as it was decided; a person looks at what is new.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction

from guanhao.contents.assets import store_public_image
from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.core.actors import Actor, ActorKind
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.lexicon.naming import name_watch
from guanhao.people.models import Institution
from guanhao.registry.models import Account
from guanhao.registry.types import GONE
from guanhao.watch.models import Report, Sighting
from guanhao.watch.sightings import Seen
from guanhao.watch.types import Likeness

PUBLIC = Actor(ActorKind.PUBLIC, "public", "公众")
MOST_A_DAY = 200  # of one institution; a flood shall not bury what people wrote
MOST_OF_ONE = 20  # reports of one sighting: more say nothing new
FOUND_IN = "公众举报"
_DAY = timedelta(days=1)
LONGEST_NAME, LONGEST_NOTE = 100, 500
_WHOLE = 100


def report_suspect(*, institution: Institution, seen: Seen, note: str = "", picture: bytes = b"") -> Sighting:
    """Keep what somebody of the public says of an account; it becomes a sighting unless it is one.

    The picture is drawn anew first, by a process of its own, so that no transaction waits for it.

    Raises:
        Refused: the account is one of ours, what was given tells nothing, or there were too many reports today.
        contents.isolated.FileRefused: the picture is none, or too large.
    """
    require(_worth_keeping(seen))
    require(_room())
    stored = store_public_image(actor=PUBLIC, institution=institution, data=picture) if picture else None
    return _keep(institution, seen, note.strip()[:LONGEST_NOTE], stored)


@transaction.atomic
def _keep(institution: Institution, seen: Seen, note: str, picture: Asset | None) -> Sighting:
    sighting, new = Sighting.objects.get_or_create(
        institution=institution,
        platform=seen.platform,
        name=seen.name,
        handle=seen.handle,
        defaults=_judged(institution, seen),
    )
    if Report.objects.filter(sighting=sighting).count() < MOST_OF_ONE:
        Report.objects.create(
            institution=institution, sighting=sighting, note=note, picture=picture, at=clock.now()
        )
    record(
        institution=institution,
        actor=PUBLIC,
        action=Action.SIGHTING_REPORTED,
        subject=Subject("sighting", str(sighting.pk), sighting.name),
        facts={
            "platform": sighting.platform,
            "likeness": str(sighting.likeness),
            "score": sighting.score,
            "new": new,
            "picture": picture.digest if picture else "",
        },
        detail={"name": sighting.name},
    )
    return sighting


def _worth_keeping(seen: Seen) -> Verdict:
    """A name to look for, an address that is one, and not simply one of ours."""
    if not seen.name.strip() or len(seen.name) > LONGEST_NAME:
        return Denied(
            Text(
                zh="请写明可疑账号的名称，100 字以内。", en="Give the account's name, at most 100 characters."
            )
        )
    try:
        URLValidator(["http", "https"])(seen.address or "https://example.invalid")
    except ValidationError:
        return Denied(Text(zh="链接不是网址。", en="The link is no address."))
    ours = _registered(seen)
    if ours is not None and (seen.handle == ours.handle or not (seen.handle or seen.address)):
        return Denied(
            Text(
                zh=f"“{ours.name}”是在册账号。如是同名的另一个账号，请写明它的账号标识或链接。",
                en=f"“{ours.name}” is in our register. If another account bears its name, give that account's id or link.",
            )
        )
    return ALLOWED


def _registered(seen: Seen) -> Account | None:
    known = Account.objects.filter(name=seen.name).exclude(state__in=GONE)
    if seen.platform:
        known = known.filter(platform=seen.platform)
    found: Account | None = known.order_by("pk").first()
    return found


def _room() -> Verdict:
    if Report.objects.filter(at__gt=clock.now() - _DAY).count() < MOST_A_DAY:
        return ALLOWED
    return Denied(
        Text(
            zh="今天收到的举报已经很多，请明天再报，或直接联系学校。",
            en="There were very many reports today; try tomorrow, or speak to the institution itself.",
        )
    )


def _judged(institution: Institution, seen: Seen) -> dict[str, object]:
    """What a new sighting says. A name that is one of ours on another account is an impostor's by all we know."""
    judged = name_watch(institution, ()).judge(seen.name)
    reasons = [{"points": one.points, "zh": one.text.zh, "en": one.text.en} for one in judged.reasons]
    likeness, score = Likeness(judged.relation.value), judged.score
    if _registered(seen) is not None:
        likeness, score = Likeness.IMPOSTOR, _WHOLE
        same = Text(
            zh="与在册账号同名，但账号标识或链接不同",
            en="It bears a registered account's name, with another id or link",
        )
        reasons = [{"points": _WHOLE, "zh": same.zh, "en": same.en}]
    return {
        "address": seen.address,
        "likeness": likeness,
        "score": score,
        "reasons": reasons,
        "protected": judged.protected.text if judged.protected else "",
        "found_in": FOUND_IN,
        "found_at": clock.now(),
    }
