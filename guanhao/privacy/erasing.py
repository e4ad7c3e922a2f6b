"""Deleting what is held of somebody who has left (PD3, PIPL 47): database, files, sign-in, inbox, and the ledger's words.

1. At once: particulars, sign-in with its sessions and factors, notices to and about them, exports, calendar feeds, drafts that
   nobody ever submitted, and files of theirs that nothing else needs. Searches read these very rows, so they find nothing.
2. Details of the ledger that are older than six months; those that are younger follow, because the law wants logs for that
   long (网安法 23). Leaves and proofs stay and keep verifying (K6).
3. Of consents to publish the words about them go; that they were given or withdrawn stays.
4. What was decided, filed, signed, submitted and published stays as the record that the law asks for (公众账号 16), bylines and
   signed papers as they are; it leads to a person without a name.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from guanhao.core import clock, tenancy
from guanhao.core.actors import Actor, ActorKind, system
from guanhao.core.verdicts import require
from guanhao.duties.models import Feed
from guanhao.exports.files import path_of as export_path
from guanhao.exports.models import ExportJob
from guanhao.ledger.actions import record
from guanhao.ledger.erasure import erase_details
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action, Subject
from guanhao.notices.models import Delivery, Notice
from guanhao.people.models import Person, User
from guanhao.privacy import checks
from guanhao.privacy.leftovers import drop_drafts, drop_files
from guanhao.privacy.models import Erasure, PublicationConsent
from guanhao.privacy.types import DETAILS_KEPT
from guanhao.publishing.models import Preview

NOBODY = "（已删除）"
GROUND = "person_request"
KEEPER = system("privacy", "个人信息与安全")
# Facts of entries that are the key of a person; whom an entry is about beside its actor and subject.
NAMING = frozenset({"person", "deputy", "heir", "principal", "holder", "by", "asked_by"})
AT_ONCE = 500


@transaction.atomic
def erase(*, actor: Actor, person: Person) -> Erasure:
    """Delete what is held of a person; the caller has asked whether the actor may.

    Raises:
        Refused: the person has not left.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("institution").get(pk=person.pk)
    require(checks.may_be_erased(person))
    now = clock.now()
    erasure: Erasure
    erasure, _new = Erasure.objects.get_or_create(
        institution_id=person.institution_id,
        person=person,
        defaults={
            "begun_at": now,
            "details_until": now + DETAILS_KEPT,
            "backups_until": now + timedelta(days=settings.BACKUP_DAYS),
        },
    )
    indexes = list(_entries(person))
    _drop_notices(person, indexes)
    drafts, files = drop_drafts(person), drop_files(person)
    _drop_exports(person)
    Feed.objects.filter(person=person).delete()
    Preview.objects.filter(asked_by=person).update(wechat_id="")
    _drop_consent_words(person)
    _drop_particulars(person)
    record(
        institution=person.institution,
        actor=actor,
        action=Action.PERSONAL_DATA_ERASED,
        subject=Subject("person", str(person.pk)),
        facts={"drafts": drafts, "files": files, "details_until": erasure.details_until.isoformat()},
    )
    _erase_details(actor, person, now)
    return erasure


def go_on() -> None:
    """Erase details that have come of age meanwhile; an erasure is done when none can follow any more."""
    now = clock.now()
    for erasure in Erasure.objects.filter(done_at__isnull=True).select_related("person__institution"):
        with transaction.atomic():
            _erase_details(KEEPER, erasure.person, now)
            if now >= erasure.details_until:
                Erasure.objects.filter(pk=erasure.pk).update(done_at=now)


def _entries(person: Person, before: datetime | None = None) -> list[int]:
    """The indexes of entries by the person, for them, about them, or that name them in their facts."""
    key = str(person.pk)
    by = Q(actor_kind=ActorKind.PERSON, actor_id=key) | Q(acting_for=key)
    rows = Event.objects.filter(detail__erased_at__isnull=True)
    if before is not None:
        rows = rows.filter(at__lte=before)
    found = set(rows.filter(by | Q(subject_kind="person", subject_id=key)).values_list("index", flat=True))
    named = rows.exclude(by).values_list("index", "facts").iterator(chunk_size=2000)
    found.update(index for index, facts in named if _names(facts, person.pk))
    return sorted(found)


def _names(facts: dict[str, object], key: int) -> bool:
    return any(facts.get(name) == key for name in NAMING & facts.keys())


def _erase_details(actor: Actor, person: Person, now: datetime) -> None:
    """The erasable side of entries that are old enough; a few at a time, so that no entry becomes too long."""
    indexes = _entries(person, now - DETAILS_KEPT)
    for start in range(0, len(indexes), AT_ONCE):
        erase_details(
            institution=person.institution,
            actor=actor,
            subject=Subject("person", str(person.pk)),
            indexes=indexes[start : start + AT_ONCE],
            ground=GROUND,
        )


def _drop_notices(person: Person, indexes: list[int]) -> None:
    """What the inbox said to the person, and to others about what they did."""
    _drop(Q(person=person))
    for start in range(0, len(indexes), AT_ONCE):
        _drop(Q(event_index__in=indexes[start : start + AT_ONCE]))


def _drop(which: Q) -> None:
    notices = Notice.objects.filter(which)
    Delivery.objects.filter(notice__in=notices).delete()
    notices.delete()


def _drop_exports(person: Person) -> None:
    for job in ExportJob.objects.of(person).offered():
        export_path(job).unlink(missing_ok=True)
        job.delete()


def _drop_consent_words(person: Person) -> None:
    """That there was a consent stays, as proof that publishing was lawful; what it says of the person goes."""
    words = {"name": NOBODY, "note": "", "guardian": NOBODY, "guardian_is": NOBODY, "reason": ""}
    own = PublicationConsent.objects.filter(person=person)
    own.filter(under_14=True).update(**words)
    own.filter(under_14=False).update(**words | {"guardian": "", "guardian_is": ""})


def _drop_particulars(person: Person) -> None:
    user = person.user
    person.name, person.staff_no, person.email, person.phone, person.user = NOBODY, "", "", "", None
    person.save(update_fields=["name", "staff_no", "email", "phone", "user"])
    if user is not None:
        drop_sign_in(user)


def drop_sign_in(user: User) -> bool:
    """The sign-in with everything that hangs on it, unless it is still a person's somewhere; whether it is gone."""
    with tenancy.everywhere("a user may be a person of several institutions"):
        if user.persons.exists():
            return False
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    user.delete()
    return True
