"""What must hold before an application goes on its way, and who may do what with one. Answers carry reason and article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from guanhao.applications import filling
from guanhao.applications.matters import Matter
from guanhao.applications.models import Application
from guanhao.applications.queries import OPEN
from guanhao.applications.types import (
    ABOUT_ACCOUNT,
    ABOUT_ARTICLE,
    FROM_SIGHTING,
    NEW_ACCOUNT,
    ApplicationState,
    Entry,
    Kind,
)
from guanhao.contents.matters import lacking
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict
from guanhao.people.models import Institution, Person
from guanhao.people.permissions import standing
from guanhao.registry import kinds
from guanhao.registry.admission import well_named
from guanhao.registry.checks import entitled, judged_name, written_plainly
from guanhao.registry.models import Account
from guanhao.registry.types import GONE
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.labels import label
from guanhao.rulebook.selection import watches_for
from guanhao.rulebook.types import Force
from guanhao.rulebook.vocabulary import FieldType, LimitSubject, Meaning, Particular, Sign, StepAct
from guanhao.screening.names import Relation

EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
WITHDRAWABLE = (*EDITABLE, ApplicationState.IN_REVIEW)
# Ends of an account's life after which its name is free again.
_OVER = GONE
_WAITING = (ArticleState.IN_REVIEW, ArticleState.APPROVED)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says: about which field (empty: the whole), how hard, and by which article."""

    field: str
    force: Force
    says: Text
    article: str = ""
    clause: str = ""

    def stored(self) -> dict[str, Any]:
        """As it is kept with the revision."""
        return {
            "field": self.field,
            "force": self.force.value,
            "zh": self.says.zh,
            "en": self.says.en,
            "article": self.article,
            "clause": self.clause,
        }


class Incomplete(Refused):
    """An application that cannot be handed in yet; ``findings`` say why, field by field."""

    def __init__(self, findings: list[Finding]) -> None:
        first = findings[0]
        super().__init__(Denied(first.says, first.article, first.clause))
        self.findings = findings


def findings_of(matter: Matter, *, but: Application | None = None) -> list[Finding]:
    """Everything the checks say of an application as it is filled in; ``but`` is itself, which is no duplicate."""
    found = [*_missing(matter), *_nothing_changes(matter)]
    means = filling.stated(matter)
    if matter.kind not in FROM_SIGHTING:
        found += [*_name(matter, means), *_duplicates(matter, means, but), *_persons(matter, means)]
    if matter.kind in NEW_ACCOUNT:
        found += _needed(matter, means)
    return found


def _missing(matter: Matter) -> Iterator[Finding]:
    for entry in filling.entries_of(matter):
        if entry.office or entry.given:
            continue
        value = matter.working.get(entry.key, "")
        if entry.required and not value:
            yield Finding(
                entry.key,
                Force.BLOCK,
                Text(
                    zh=f"请{'选择' if entry.choices else '填写'}“{entry.title.zh}”。",
                    en=f"{'Choose' if entry.choices else 'Fill in'} “{entry.title.en}”.",
                ),
                matter.route.article,
            )
        elif value and not _fits(entry, value):
            yield Finding(
                entry.key, Force.BLOCK, Text(zh="日期写作 2026-11-27。", en="Write a date as 2026-11-27.")
            )


def _fits(entry: Entry, value: str) -> bool:
    return entry.type is not FieldType.DATE or filling.is_day(value)


def _nothing_changes(matter: Matter) -> Iterator[Finding]:
    if matter.kind in {Kind.CHANGE_PERSONS, Kind.CHANGE_PARTICULARS} and not filling.changes(matter):
        yield Finding(
            "",
            Force.BLOCK,
            Text(
                zh="与登记的内容相同，没有变更。",
                en="This is what the register says already; nothing changes.",
            ),
            matter.route.article,
        )


# What the register calls what a form may mean; the rest cannot be stated in an application.
_NEEDS = {
    Particular.HANDLE: Meaning.HANDLE,
    Particular.ADDRESS: Meaning.ADDRESS,
    Particular.KIND: Meaning.KIND,
    Particular.MANAGER: Meaning.OPERATOR,
    Particular.PURPOSE: Meaning.PURPOSE,
}


def _needed(matter: Matter, means: dict[Meaning, str]) -> Iterator[Finding]:
    """What the platform's kind needs before an account is filed, so far as no step brings it later."""
    platform = kinds.platforms(matter.rulebook).get(means.get(Meaning.PLATFORM, ""))
    if platform is None:
        return
    brought = brought_by(matter)
    missing = {entry.key for entry in filling.entries_of(matter) if entry.required}
    for one in platform.needs:
        what = _NEEDS.get(one)
        key = filling.key_of(matter, what) if what else ""
        if what is not None and what not in brought and key not in missing and not means.get(what):
            says = Text(
                zh=f"{platform.title.zh}账号须填写“{label(one).zh}”。",
                en=f"An account on {platform.title.en} needs: {label(one).en}.",
            )
            yield Finding(key, Force.BLOCK, says, matter.route.article)
    kind = means.get(Meaning.KIND, "")
    if kind and platform.kinds and kind not in platform.kinds:
        says = Text(
            zh=f"{platform.title.zh}没有这种账号类型。",
            en=f"{platform.title.en} has no such kind of account.",
        )
        yield Finding(filling.key_of(matter, Meaning.KIND), Force.BLOCK, says, matter.route.article)


def brought_by(matter: Matter) -> frozenset[Meaning]:
    """What whoever carries out a step of the route will say, so that the applicant need not know it."""
    carried_out = any(step.act is StepAct.CARRY_OUT for step in matter.route.steps)
    return frozenset({Meaning.HANDLE, Meaning.ADDRESS}) if carried_out else frozenset()


def _name(matter: Matter, means: dict[Meaning, str]) -> Iterator[Finding]:
    """The name beside ours: an impostor's is refused, one that says nothing of us is told (gpnu-5, xartvu-2)."""
    name = means.get(Meaning.NAME, "")
    if not name or (matter.account is not None and name == matter.account.name):
        return
    key = filling.key_of(matter, Meaning.NAME)
    article, clause = naming_article(matter.rulebook)
    judged = judged_name(matter.unit.institution, name)
    plain = written_plainly(judged)
    if isinstance(plain, Denied):
        yield Finding(key, Force.BLOCK, plain.reason, article, clause)
    named = well_named(matter.rulebook, matter.facts, name)
    if isinstance(named, Denied):
        yield Finding(key, Force.BLOCK, named.reason, named.article, named.clause)
    elif judged.relation is Relation.NONE and not isinstance(plain, Denied):
        yield Finding(
            key,
            Force.WARN,
            Text(
                zh="名称里看不出学校或单位，请确认是否合适。",
                en="The name shows neither the institution nor a unit; make sure that is meant.",
            ),
            article,
            clause,
        )


def naming_article(rulebook: Rulebook) -> tuple[str, str]:
    """The article and clause by which names put an account in scope; empty where the regulation has none."""
    watch = next(iter(watches_for(rulebook, Sign.NAME_MATCH)), None)
    return (watch.article, watch.id) if watch else ("", "")


def _duplicates(matter: Matter, means: dict[Meaning, str], but: Application | None) -> Iterator[Finding]:
    platform = matter.account.platform if matter.account else means.get(Meaning.PLATFORM, "")
    others = Account.objects.filter(platform=platform).exclude(state__in=_OVER)
    if matter.account is not None:
        others = others.exclude(pk=matter.account.pk)
    for what, column in ((Meaning.NAME, "name"), (Meaning.HANDLE, "handle")):
        value = means.get(what, "")
        if not value:
            continue
        twin = others.filter(**{f"{column}__iexact": value}).select_related("owner_unit").first()
        if twin is not None:
            yield Finding(
                filling.key_of(matter, what),
                Force.BLOCK,
                Text(
                    zh=f"{twin.owner_unit.name}已登记同平台的账号“{twin.name}”。",
                    en=f"{twin.owner_unit.name} has {twin.name} on this platform already.",
                ),
                matter.route.article,
            )
    yield from _asked_already(matter, means, but)


def _asked_already(matter: Matter, means: dict[Meaning, str], but: Application | None) -> Iterator[Finding]:
    """Another application for the same account, or for an account of the same name, that is on its way."""
    rows = Application.objects.in_review()
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if matter.article is not None:
        twin = rows.filter(article=matter.article).first()
    elif matter.account is not None:
        twin = rows.filter(account=matter.account, act=matter.kind).first()
    else:
        name = means.get(Meaning.NAME, "")
        same = rows.filter(act__in=NEW_ACCOUNT, current__content__particulars__name=name)
        platform = means.get(Meaning.PLATFORM, "")
        twin = same.filter(current__content__particulars__platform=platform).first() if name else None
    if twin is not None:
        yield Finding(
            "",
            Force.BLOCK,
            Text(zh=f"“{twin.title}”正在办理。", en=f"“{twin.title}” is on its way already."),
            matter.route.article,
        )


def _persons(matter: Matter, means: dict[Meaning, str]) -> Iterator[Finding]:
    """Whether whoever is to answer for the account may, by what the regulation demands of them (gpnu-13)."""
    key = means.get(Meaning.FIRST_RESPONSIBLE, "")
    person = Person.objects.active().filter(pk=key).first() if key.isdecimal() else None
    if person is None:
        return
    account = matter.account or Account(
        institution_id=matter.unit.institution_id,
        name=means.get(Meaning.NAME, ""),
        owner_unit=matter.unit,
        platform=means.get(Meaning.PLATFORM, ""),
        kind=means.get(Meaning.KIND, ""),
    )
    answer = entitled(account, person, LimitSubject.RESPONSIBLE_PERSONS)
    if isinstance(answer, Denied):
        place = filling.key_of(matter, Meaning.FIRST_RESPONSIBLE)
        yield Finding(place, Force.BLOCK, answer.reason, answer.article, answer.clause)


def may_edit(person: Person, application: Application) -> Verdict:
    """Whether the person may change what is filled in now."""
    if application.state not in EDITABLE:
        return Denied(
            Text(
                zh="申请已提交，不能直接修改；请先撤回，或等待退回。",
                en="The application was handed in; take it back or wait until it is returned.",
            )
        )
    return is_of_the_unit(person, application)


def may_withdraw(person: Person, application: Application) -> Verdict:
    """Whether the person may take the application back now. What has taken effect is undone by another one."""
    if application.state not in WITHDRAWABLE:
        return Denied(
            Text(
                zh="申请已办结，不能撤回；需要改动请另行申请。",
                en="The application is settled; apply again for what is to change.",
            )
        )
    return is_of_the_unit(person, application)


def is_of_the_unit(person: Person, application: Application) -> Verdict:
    """Whether the application is the person's: their own, or their unit's."""
    if person.active and person.pk == application.applicant_id:
        return ALLOWED
    if application.kind not in FROM_SIGHTING and application.unit_id in standing(person).unit_ids:
        return ALLOWED
    return Denied(
        Text(
            zh="只有申请人或申请单位的人员可以这样做。",
            en="Only the applicant or people of the applying unit may do this.",
        )
    )


def fit_account(kind: Kind, account: Account | None) -> Verdict:
    """Whether the account can be applied about: there is one where the kind needs it, and it is not closed."""
    if kind not in ABOUT_ACCOUNT:
        return ALLOWED
    if account is None:
        return Denied(Text(zh="请选择账号。", en="Choose an account."))
    if account.state in _OVER:
        return Denied(Text(zh=f"账号“{account.name}”已经关闭。", en=f"{account.name} is closed."))
    return ALLOWED


def fit_article(kind: Kind, article: Article | None) -> Verdict:
    """Whether an authorisation can be asked for: an article that was handed in, is not over, and lacks one.

    What is decided is the revision, so there must be one, and one that waits for its release.
    """
    if kind not in ABOUT_ARTICLE:
        return ALLOWED
    if article is None or article.state not in _WAITING:
        return Denied(
            Text(
                zh="只有已提交、尚未发布的稿件可以申请专项授权。",
                en="An authorisation is asked for while a handed-in article is not published yet.",
            )
        )
    if not lacking(article):
        return Denied(
            Text(
                zh="稿件没有需要授权的内容属性，或已经获得授权。",
                en="The article has no class that needs an authorisation, or has it already.",
            )
        )
    return ALLOWED


def open_about(institution: Institution, account: Account) -> list[Application]:
    """Applications about an account that are not over."""
    return list(Application.objects.filter(institution=institution, account=account, state__in=OPEN))
