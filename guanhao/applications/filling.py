"""What is filled in: the fields of the paper in its order, then what the engine has to know beside them.

A field of the form says with ``means`` what of the account it states. What the kind of application states is chosen from
the register's own words; everything else that has a meaning is filled in by the engine, so that paper and register agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from guanhao.applications.matters import Matter
from guanhao.applications.types import (
    COLUMNS,
    FROM_SIGHTING,
    OPTIONAL,
    PERSONS,
    STATES,
    TITLES,
    TYPED,
    TYPES,
    Entry,
)
from guanhao.contents.matters import lacking
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.people.models import Appointment, Person
from guanhao.registry import kinds
from guanhao.regulation.roles import holders
from guanhao.rulebook.parties import FormField, Platform
from guanhao.rulebook.selection import limits_on
from guanhao.rulebook.vocabulary import FieldType, FilledBy, LimitSubject, Meaning, StepAct

LONGEST = 2000
# What a sighting tells, in its order.
SEEN = {
    "name": Text(zh="看到的名称", en="Name as seen"),
    "platform": Text(zh="平台", en="Platform"),
    "handle": Text(zh="账号标识", en="Account id"),
    "address": Text(zh="链接", en="Link"),
    "note": Text(zh="认定说明", en="What was said of it"),
}
_SUMMED = frozenset({Meaning.BEFORE, Meaning.AFTER})  # told from what changes, when it is handed in


def entries_of(matter: Matter) -> tuple[Entry, ...]:
    """Every field to be filled in or shown; opinions and seals are the reviewers' and stand on the print alone."""
    if matter.kind in FROM_SIGHTING:
        return tuple(Entry(key=key, title=title, printed=False) for key, title in SEEN.items())
    form = matter.form
    fields = list(form.fields.values()) if form else []
    on_paper = tuple(_printed(field, matter) for field in fields if _is_asked(field))
    there = {entry.means for entry in on_paper}
    beside = (_beside(one, matter) for one in STATES[matter.kind] if one not in there)
    return (*on_paper, *beside)


def key_of(matter: Matter, means: Meaning) -> str:
    """Under which key the working copy holds a particular."""
    return next((entry.key for entry in entries_of(matter) if entry.means is means), f"_{means}")


def started(matter: Matter) -> dict[str, str]:
    """The working copy to begin with: what the register and the unit say already."""
    filled: dict[str, str] = {}
    for entry in entries_of(matter):
        if entry.office or entry.given:
            continue
        filled[entry.key] = _first_value(entry, matter)
    return filled


def shown(matter: Matter) -> dict[str, str]:
    """Every field's value as people read it, given ones too."""
    return {entry.key: said(entry, matter) for entry in entries_of(matter) if not entry.office}


def said(entry: Entry, matter: Matter) -> str:
    """A field's value as it stands on paper."""
    if entry.given:
        return given_value(entry, matter)
    value = matter.working.get(entry.key, "")
    label = dict(entry.choices).get(value)
    return label.zh if label else value


def stated(matter: Matter) -> dict[Meaning, str]:
    """The particulars as the engine reads them: keys and not words."""
    return {
        entry.means: matter.working.get(entry.key, "")
        for entry in entries_of(matter)
        if entry.means is not None and not entry.given and not entry.office
    }


def changes(matter: Matter) -> dict[Meaning, tuple[str, str]]:
    """What differs from the register, before and after, as people read it; nothing for an account that is not on it."""
    if matter.account is None:
        return {}
    found = {}
    for entry in entries_of(matter):
        means = entry.means
        if means is None or means not in COLUMNS or entry.given or entry.office:
            continue
        before, after = registered(matter, means), matter.working.get(entry.key, "")
        if before != after:
            words = dict(entry.choices)
            found[means] = tuple(words[one].zh if one in words else one for one in (before, after))
    return {means: (before, after) for means, (before, after) in found.items()}


def registered(matter: Matter, means: Meaning) -> str:
    """What the register says of a particular, as a key."""
    value = getattr(matter.account, COLUMNS[means]) if matter.account else ""
    return str(value.pk) if isinstance(value, Person) else str(value or "")


def given_value(entry: Entry, matter: Matter) -> str:
    """What the engine fills in."""
    match entry.means:
        case Meaning.UNIT:
            return matter.unit.name
        case Meaning.APPLICANT:
            return matter.person.name
        case Meaning.APPLIED_ON:
            return clock.today().isoformat()
        case Meaning.BEFORE:
            return _told(matter, 0)
        case Meaning.AFTER:
            return _told(matter, 1)
        case Meaning.ARTICLE:
            return matter.article.title if matter.article else ""
        case Meaning.CONTENT_CLASSES:
            return _classes(matter)
        case _:
            means = entry.means
            known = means is not None and means in COLUMNS and matter.account is not None
            return _of_register(means, matter) if known and means else ""


def _classes(matter: Matter) -> str:
    """What an authorisation is asked for, in the rulebook's words."""
    known = matter.rulebook.content_classes
    keys = sorted(lacking(matter.article)) if matter.article else ()
    return "、".join(known[key].title.zh for key in keys if key in known)


def _told(matter: Matter, side: int) -> str:
    """What changes, line by line: before (0) or after (1)."""
    titles = {entry.means: entry.title.zh for entry in entries_of(matter) if entry.means not in _SUMMED}
    return "\n".join(f"{titles[means]}：{pair[side] or '（无）'}" for means, pair in changes(matter).items())


def _of_register(means: Meaning, matter: Matter) -> str:
    value = registered(matter, means)
    labels = dict(_choices(means, matter))
    return labels[value].zh if value in labels else value


def _is_asked(field: FormField) -> bool:
    is_applicants = field.filled_by is FilledBy.APPLICANT and field.type not in {
        FieldType.OPINION, FieldType.SEAL,
    }  # fmt: skip
    return is_applicants or (field.filled_by is FilledBy.OFFICE and field.type is not FieldType.OPINION)


def _printed(field: FormField, matter: Matter) -> Entry:
    means = field.means
    is_given = means is not None and means not in STATES[matter.kind] and means not in TYPED
    choices = (
        _choices(means, matter)
        if means is not None and not is_given
        else tuple((choice.zh, choice) for choice in field.choices)
    )
    return Entry(
        key=field.key,
        title=field.title,
        type=field.type,
        required=field.required and not is_given,
        means=means,
        given=is_given,
        office=field.filled_by is FilledBy.OFFICE,
        choices=choices,
    )


def _beside(means: Meaning, matter: Matter) -> Entry:
    return Entry(
        key=f"_{means}",
        title=TITLES[means],
        type=TYPES.get(means, FieldType.TEXT),
        required=means not in OPTIONAL,
        means=means,
        printed=False,
        choices=_choices(means, matter),
    )


def _choices(means: Meaning, matter: Matter) -> tuple[tuple[str, Text], ...]:
    """The words the register knows for a particular; empty where anything may be typed."""
    book = matter.rulebook
    known = kinds.platforms(book)
    if means is Meaning.PLATFORM:
        usable = ((key, one.title) for key, one in known.items() if not one.historical)
        return tuple(usable)
    if means is Meaning.KIND:
        platform = matter.account.platform if matter.account else ""
        return tuple(_kinds_of(known, platform))
    return tuple(_people(matter)) if means in PERSONS else ()


def _kinds_of(known: Mapping[str, Platform], only: str) -> Iterator[tuple[str, Text]]:
    """The kinds of account, of one platform or of all; a key that two of them share is one choice."""
    seen = set()
    for platform in known.values():
        for key, kind in platform.kinds.items():
            if only in {"", platform.key} and key not in seen:
                seen.add(key)
                yield key, kind.title


def _people(matter: Matter) -> Iterator[tuple[str, Text]]:
    """Whoever holds a post in the unit whose account it is; those the register names now, so that they can be kept."""
    unit = matter.account.owner_unit if matter.account else matter.unit
    seats = Appointment.objects.on().filter(unit=unit).values("person")
    named = [getattr(matter.account, COLUMNS[one]) for one in PERSONS] if matter.account else []
    people = {person.pk: person for person in Person.objects.active().filter(pk__in=seats).order_by("name")}
    people.update((person.pk, person) for person in named if person is not None)
    for person in people.values():
        label = f"{person.name}（{person.staff_no}）" if person.staff_no else person.name
        yield str(person.pk), Text(zh=label, en=label)


def _first_value(entry: Entry, matter: Matter) -> str:
    means = entry.means
    if means is not None and means in COLUMNS and matter.account is not None:
        return registered(matter, means)
    if means is Meaning.PHONE:
        return matter.person.phone
    if means is Meaning.OPERATOR:
        return _if_offered(str(matter.person.pk), entry)
    if means is Meaning.FIRST_RESPONSIBLE:
        return _if_offered(_head(matter), entry)
    return entry.choices[0][0] if means is Meaning.PLATFORM and len(entry.choices) == 1 else ""


def _if_offered(value: str, entry: Entry) -> str:
    return value if value in dict(entry.choices) else ""


def _head(matter: Matter) -> str:
    """Who answers for the account by the regulation; where it does not say, whoever signs for the unit."""
    roles = [
        role
        for limit in limits_on(matter.rulebook, LimitSubject.RESPONSIBLE_PERSONS, matter.facts)
        for role in limit.who
    ] or [step.role for step in matter.route.steps if step.act is StepAct.SIGN]
    for role in roles:
        person = holders(role, matter.parties, matter.rulebook).first()
        if person is not None:
            return str(person.pk)
    return ""


def cleaned(typed: Mapping[str, str], matter: Matter) -> dict[str, str]:
    """What was typed, for the fields that are the applicant's; a choice that is not offered is dropped."""
    kept = {}
    for entry in entries_of(matter):
        if entry.office or entry.given:
            continue
        value = str(typed.get(entry.key, "")).replace("\r\n", "\n").strip()[:LONGEST]
        if entry.choices and value not in dict(entry.choices):
            value = ""
        kept[entry.key] = value
    return kept


def is_day(value: str) -> bool:
    """Whether the text is a date as forms write it."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
