"""告知书: what everybody is told about their personal data before it is handled, by version (PD2, PIPL 17, 30).

1. The text follows from `register.REGISTER` with the institution's own contact and paragraph, in both languages. What a
   version says is kept as it was said, so an old one reads as it did.
2. There is a new version when the software's register or the institution's words change, and only then.
3. Everybody reads a version once. Nothing but pages waits for that: a person who has not is led to it (`web.middleware`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person
from guanhao.privacy import checks
from guanhao.privacy.models import Acknowledgement, PrivacyNotice
from guanhao.privacy.register import REGISTER, Held

KEEPER = system("privacy", "个人信息与安全")
MOST_CONTACT, MOST_WORDS = 200, 3000
Section = tuple[str, list[str]]
_NEWER = Denied(
    Text("告知书刚刚有了新版本，请阅读新的一版。", "There is a newer version of the notice by now; please read that.")
)  # fmt: skip
_HELD = (
    (Text("用途", "For what"), "purpose"),
    (Text("依据", "Basis"), "basis"),
    (Text("保存期限", "How long"), "period"),
    (Text("提供给谁", "Given to"), "recipients"),
)
_WHO = Text("谁处理您的个人信息", "Who handles your personal data")
_RIGHTS = Text("您的权利", "Your rights")
_RIGHTS_LINES = (
    Text(
        "您可以在“我的—我的个人信息”里查阅、复制、更正、删除自己的个人信息，或要求解释说明；十五天内答复"
        "（《个人信息保护法》第四十四条至第五十条）。",
        "Under Me – My personal data you may see, copy, correct and delete what is held about you, or ask for an "
        "explanation; the answer comes within fifteen days (PIPL Art. 44–50).",
    ),
    Text(
        "发布您的姓名、照片、视频、声音、作品或获奖名单，须另行取得您的同意；同意可以在同一页随时撤回，"
        "撤回不影响此前已经进行的处理（第十五条、第二十五条）。",
        "Publishing your name, pictures, videos, voice, work or prizes needs a consent of its own. You may withdraw it on the "
        "same page at any time; what was done before stays lawful (Art. 15, 25).",
    ),
    Text(
        "发布不满十四周岁的人的信息，须取得其父母或其他监护人的同意（第二十八条、第三十一条）。",
        "Publishing data of somebody under fourteen needs the consent of a parent or other guardian (Art. 28, 31).",
    ),
    Text(
        "认为处理不当的，可以向本单位提出，或向履行个人信息保护职责的部门投诉、举报（第六十五条）。",
        "If you think that data is handled wrongly, tell the institution, or complain to the authorities that protect personal "
        "data (Art. 65).",
    ),
)
_OWN = Text("本单位的补充说明", "What the institution adds")


@transaction.atomic
def publish(*, actor: Actor, person: Person, contact: str, words: str) -> PrivacyNotice:
    """Publish a version with the institution's own words; the one in force where it would say the same.

    Raises:
        Refused: not theirs to do.
    """
    require(checks.may_keep_consents(person))
    return _published(
        actor, person.institution, person, contact.strip()[:MOST_CONTACT], words.strip()[:MOST_WORDS]
    )


@transaction.atomic
def keep_in_force(institution: Institution, *, actor: Actor = KEEPER) -> PrivacyNotice:
    """Publish the first version, or the next one where the software's register says something else by now."""
    present = PrivacyNotice.objects.in_force().first()
    contact, words = (present.contact, present.words) if present else ("", "")
    return _published(actor, institution, None, contact, words)


@transaction.atomic
def acknowledge(*, actor: Actor, person: Person, notice: PrivacyNotice) -> Acknowledgement:
    """Note that the person has read it; once.

    Raises:
        WrongState: a newer version is in force.
    """
    if not PrivacyNotice.objects.in_force().filter(pk=notice.pk).exists():
        raise WrongState(_NEWER)
    read: Acknowledgement
    read, new = Acknowledgement.objects.get_or_create(
        institution_id=notice.institution_id, notice=notice, person=person, defaults={"at": clock.now()}
    )
    if new:
        _tell(actor, notice, Action.PRIVACY_NOTICE_ACKNOWLEDGED, {"person": person.pk})
    return read


def text_of(institution: Institution, contact: str, words: str) -> dict[str, list[Section]]:
    """What a version says, in both languages: sections of a heading and lines."""
    return {
        "zh": _sections(institution, contact, words, _zh),
        "en": _sections(institution, contact, words, _en),
    }


def _zh(text: Text) -> str:
    return text.zh


def _en(text: Text) -> str:
    return text.en


def _sections(
    institution: Institution, contact: str, words: str, said: Callable[[Text], str]
) -> list[Section]:
    colon = said(Text("：", ": "))
    who = [institution.name]
    if contact:
        who.append(f"{said(Text('联系方式', 'Contact'))}{colon}{contact}")
    sections = [(said(_WHO), who)]
    if words:
        sections.append((said(_OWN), words.splitlines()))
    sections.append((said(_RIGHTS), [said(line) for line in _RIGHTS_LINES]))
    return [*sections, *(_section(held, said, colon) for held in REGISTER)]


def _section(held: Held, said: Callable[[Text], str], colon: str) -> Section:
    return said(held.what), [f"{said(name)}{colon}{said(getattr(held, key))}" for name, key in _HELD]


def _published(
    actor: Actor, institution: Institution, person: Person | None, contact: str, words: str
) -> PrivacyNotice:
    body = text_of(institution, contact, words)
    told = digest({language: [[*one] for one in sections] for language, sections in body.items()})
    present = PrivacyNotice.objects.in_force().select_for_update().first()
    if present is not None and present.digest == told:
        return present
    notice = PrivacyNotice(
        institution_id=institution.pk,
        number=present.number + 1 if present else 1,
        body=body,
        digest=told,
        contact=contact,
        words=words,
        published_by=person,
        published_at=clock.now(),
    )
    PrivacyNotice.objects.in_force().update(superseded_at=notice.published_at)
    try:
        with transaction.atomic():
            notice.save()
    except IntegrityError:
        raise WrongState(_NEWER) from None  # Somebody published one this moment.
    _tell(
        actor, notice, Action.PRIVACY_NOTICE_PUBLISHED, {"digest": told}, {"contact": contact, "words": words}
    )  # fmt: skip
    return notice


def _tell(
    actor: Actor, notice: PrivacyNotice, action: Action, facts: dict[str, Any], detail: dict[str, Any] | None = None
) -> None:  # fmt: skip
    record(
        institution=notice.institution,
        actor=actor,
        action=action,
        subject=Subject("privacy_notice", str(notice.pk)),
        facts={"number": notice.number, **facts},
        detail=detail,
    )
