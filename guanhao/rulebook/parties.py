"""The institution's own words: its names, units by function, posts, roles, and the open sets clauses select on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from guanhao.core.text import Text
from guanhao.rulebook.markers import Filled, Refers, Stricter
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.selectors import AccountKindKey, AccountUseKey, PlatformKey
from guanhao.rulebook.timing import MonthDay, TimeSpan
from guanhao.rulebook.vocabulary import FieldType, FilledBy, KnownPost, Meaning, Particular, RoleOf

Key = Annotated[str, Filled.KEY]
RoleKey = Annotated[str, Refers("roles")]
PostKey = Annotated[str, Refers("posts")]
FunctionKey = Annotated[str, Refers("functions")]
FormKey = Annotated[str, Refers("forms")]
_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionNames:
    """What the institution is called. All of it is protected: name matching and impostor watch rest on it."""

    name: str
    also: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    pinyin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameScores:
    """When a name that resembles ours is told, and what each sign of it weighs, in points of a hundred (gpnu-5, xartvu-2).

    From ``tell_at`` on a name is ours to govern; from ``impostor_at`` on one that hides ours is an impostor's. Initials
    alone tell little and take points off.
    """

    tell_at: Annotated[int, Stricter.LESS] = 50
    impostor_at: Annotated[int, Stricter.LESS] = 80
    full: Annotated[int, Stricter.MORE] = 70
    short: Annotated[int, Stricter.MORE] = 55
    unit: Annotated[int, Stricter.MORE] = 60
    english: Annotated[int, Stricter.MORE] = 60
    emblem: Annotated[int, Stricter.MORE] = 35
    disguised: Annotated[int, Stricter.MORE] = 20
    by_shape: Annotated[int, Stricter.MORE] = 15
    by_sound: Annotated[int, Stricter.MORE] = 10
    initials_off: Annotated[int, Stricter.LESS] = 15
    whole: Annotated[int, Stricter.MORE] = 15
    official: Annotated[int, Stricter.MORE] = 15
    colloquial: Annotated[int, Stricter.MORE] = 5

    def complaints(self) -> Iterator[Complaint]:
        """A threshold nobody reaches, or impostors told before anything is."""
        if not 0 < self.tell_at <= self.impostor_at <= _WHOLE:
            yield Complaint(
                Text(
                    zh=f"名称阈值应为 0 < tell_at ≤ impostor_at ≤ 100，现为 {self.tell_at} 和 {self.impostor_at}。",
                    en=f"Thresholds of names are 0 < tell_at ≤ impostor_at ≤ 100, not {self.tell_at} and {self.impostor_at}.",
                ),
                Text(zh="改正两个阈值。", en="Correct the two thresholds."),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The regulation itself, by its bibliographic facts. Its text is the institution's and is not repeated here."""

    title: Text
    number: str = ""
    issued: date | None = None
    interpreted_by: FunctionKey
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A word of the institution that clauses may use: a post, a category, a content class, an account use."""

    key: Key
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Named):
    """What people hold in a unit. ``stands_for`` says which of the posts the engine knows it is, if its key does not."""

    stands_for: KnownPost | None = None

    @property
    def known(self) -> KnownPost | None:
        """The post the engine knows that this one is; nothing for the others."""
        if self.stands_for is not None:
            return self.stands_for
        return KnownPost(self.key) if self.key in set(KnownPost) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyKind(Named):
    """A kind of owner or contributor. ``tier`` counts down from the issuing body (0); a person is not a unit."""

    tier: int | None = None
    person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform(Named):
    """Where accounts live. ``adapter`` names the client that speaks to it; without one everything is done by hand.

    What a rulebook leaves out of a platform is taken from the catalogue (`guanhao.registry.kinds`): ``needs`` must be known
    before an account is filed, ``wants`` should be; ``handle`` is how its id is called there; ``historical``: no more.
    """

    adapter: str = "manual"
    handle: Text | None = None
    needs: tuple[Particular, ...] = ()
    wants: tuple[Particular, ...] = ()
    kinds: Mapping[str, Named] = field(default_factory=dict)
    historical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKind(Named):
    """A kind of account of a platform, such as a subscription account."""

    platform: PlatformKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A standing responsibility and the unit or units that carry it, by the names the regulation uses."""

    key: Key
    title: Text
    unit: str = ""
    units: tuple[str, ...] = ()

    @property
    def all_units(self) -> tuple[str, ...]:
        """Every unit that carries the function."""
        return (self.unit, *self.units) if self.unit else self.units

    def complaints(self) -> Iterator[Complaint]:
        """A function nobody carries."""
        if not self.all_units:
            yield Complaint(
                Text(
                    zh=f"职能“{self.key}”没有写明由哪个单位承担。",
                    en=f"Nobody carries the function “{self.key}”.",
                ),
                Text(
                    zh="请写 unit: 单位名称，或 units: [单位, …]。",
                    en="Write unit: NAME, or units: [NAME, …].",
                ),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who is meant, relative to the matter: the holders of ``post`` in the unit that ``of`` (and ``function``) points to.

    A function with several units makes a role with a seat in each of them (a joint opinion asks all).
    """

    key: Key
    title: Text
    post: PostKey
    of: RoleOf = RoleOf.OWNER
    function: FunctionKey | None = None

    def complaints(self) -> Iterator[Complaint]:
        """A function without ``of: function``, or the other way round."""
        if (self.of is RoleOf.FUNCTION) != (self.function is not None):
            yield Complaint(
                Text(
                    zh=f"角色“{self.key}”的 of 与 function 不一致。",
                    en=f"Role “{self.key}”: of and function disagree.",
                ),
                Text(
                    zh="职能单位的角色写 of: function 并写明 function；其他角色不写 function。",
                    en="A role of a functional unit says of: function and which; other roles name no function.",
                ),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentClass(Named):
    """A class of content that changes what applies: breaking news, major events, emergencies, sensitive matters."""

    hint: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAccount:
    """An account the regulation itself names."""

    key: Key
    name: str
    platform: PlatformKey
    kind: AccountKindKey | None = None
    use: AccountUseKey | None = None
    platform_id: str = ""
    run_by: FunctionKey | None = None
    supported_by: FunctionKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Named):
    """A school term by its usual first and last day; the calendar's own entries for a year take precedence."""

    begins: MonthDay
    ends: MonthDay


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRules:
    """Which days and hours count as working time."""

    statutory: str = ""
    rest_weekdays: tuple[int, ...] = (6, 7)
    workday_hours: TimeSpan
    breaks: tuple[TimeSpan, ...] = ()

    def complaints(self) -> Iterator[Complaint]:
        """Weekdays outside 1 to 7, and breaks outside working hours."""
        if not set(self.rest_weekdays) <= set(range(1, 8)):
            yield Complaint(
                Text(zh="休息日写周一至周日的 1–7。", en="Rest days are weekdays 1 to 7."),
                Text(zh="周六、周日写作 [6, 7]。", en="Saturday and Sunday are [6, 7]."),
            )
        for pause in self.breaks:
            if pause.start < self.workday_hours.start or pause.end > self.workday_hours.end:
                yield Complaint(
                    Text(
                        zh=f"休息时段 {pause} 在工作时间之外。",
                        en=f"The break {pause} lies outside working hours.",
                    ),
                    Text(zh=f"写在 {self.workday_hours} 之内。", en=f"Keep it within {self.workday_hours}."),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField(Named):
    """One field of a form. ``filled_by: office`` means applicants see it greyed out.

    ``means`` says what of the account the field states, so that it is filled in from the register and carried out.
    """

    type: FieldType = FieldType.TEXT
    required: Annotated[bool, Stricter.MORE] = True
    filled_by: FilledBy = FilledBy.APPLICANT
    role: RoleKey | None = None
    choices: tuple[Text, ...] = ()
    means: Meaning | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form the regulation prescribes: printable, with a seal block where it asks for one."""

    key: Key
    title: Text
    fields: Mapping[str, FormField]
    seal: Annotated[bool, Stricter.MORE] = False
    numbered_by: FunctionKey | None = None
