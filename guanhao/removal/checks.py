"""Who may ask for an institution's removal and who may confirm it, and what stands against it: each with its reason."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q, QuerySet

from guanhao.cases.two_persons import may_confirm
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.custody.models import Emergency, Reveal
from guanhao.people.models import Appointment, Institution, Person
from guanhao.people.permissions import Permission, may
from guanhao.privacy.models import Disclosure, Report
from guanhao.publishing.models import InstallationStop, PublishJob, Withdrawal
from guanhao.publishing.types import JobState, WithdrawalState
from guanhao.regulation.queries import in_force
from guanhao.removal.models import Removal
from guanhao.rulebook.vocabulary import KnownFunction, KnownPost

SETTLED = (JobState.PUBLISHED, JobState.REMOVED, JobState.REJECTED, JobState.CANCELLED)
_OPEN_WITHDRAWALS = (WithdrawalState.ASKED, WithdrawalState.ORDERED, WithdrawalState.BY_HAND)
_NOT_CONFIRMING = Denied(
    Text(
        "须由安全管理员或主管部门负责人确认。",
        "The security administrator or the head of the competent office confirms this.",
    )
)
_NOT_A_PARTY = Denied(
    Text(
        "只有提出的人和确认的人可以取消和下载。",
        "Only who asked for it and who confirmed it may cancel it and take the file.",
    )
)
_RUNS = Denied(
    Text(
        "本单位运行这套系统，不能退出；请先在 GUANHAO_RUN_BY 中改由他人运行。",
        "This institution runs the installation and cannot leave it; let GUANHAO_RUN_BY name another one first.",
    )
)


def may_ask(person: Person) -> Verdict:
    """Whether the person may ask for the removal of their institution: its system administrator, where it is a guest."""
    entitled = may(person, Permission.INSTITUTION_LEAVE)
    if entitled and person.institution.key == settings.RUN_BY:
        return _RUNS
    return entitled


def may_agree(person: Person) -> Verdict:
    """Whether the person is who confirms: the security administrator, or the head of the competent office."""
    if may(person, Permission.INSTITUTION_CONFIRM) or heads_the_office(person):
        return ALLOWED
    return _NOT_CONFIRMING


def may_confirm_this(removal: Removal, person: Person) -> Verdict:
    """As `may_agree`, and somebody else than who asked (AP8)."""
    entitled = may_agree(person)
    if not entitled or removal.asked_by is None:
        return entitled
    return may_confirm(person, removal.asked_by)


def is_party(removal: Removal, person: Person) -> Verdict:
    """Whether the person is one of the two; before the second one has spoken, whoever could be it counts."""
    if person.active and person.pk in {removal.asked_by_id, removal.confirmed_by_id}:
        return ALLOWED
    if removal.confirmed_at is None and may_agree(person):
        return ALLOWED
    return _NOT_A_PARTY


def heads_the_office(person: Person) -> bool:
    """Whether the person holds a post of head in a unit that is the competent office."""
    if not person.active:
        return False
    posts = {
        key
        for key, post in in_force(person.institution).rulebook.posts.items()
        if post.known == KnownPost.HEAD
    } | {KnownPost.HEAD.value}
    held = Appointment.objects.on().filter(person=person, post__in=posts)
    return held.filter(unit__functions__function=KnownFunction.COMPETENT_OFFICE).exists()


def hindrances(institution: Institution) -> list[Text]:
    """What has to be settled first: an effect outside that nobody could follow up any more, and what the law still asks."""
    now = clock.now()
    counted = (
        (
            PublishJob.objects.exclude(state__in=SETTLED).count(),
            Text("项推送还没有结果：请先取消，或等它有结果。", "pushes have no outcome yet: cancel them, or wait for it."),
        ),
        (
            Withdrawal.objects.filter(state__in=_OPEN_WITHDRAWALS).count(),
            Text("项撤回还没有办完。", "withdrawals are not finished."),
        ),
        (
            Emergency.objects.granted().count() + Reveal.objects.filter(until__gt=now, opened_at__isnull=True).count(),
            Text("项密钥查看还在有效期内：请等它结束或收回。", "looks at secrets are still open: let them end, or take them back."),
        ),
        (
            Disclosure.objects.filter(
                Q(decided_at__isnull=True) | Q(approved=True, delivered_at__isnull=True)
            ).count(),
            Text("项依法调取还没有交付。", "lawful disclosures are not delivered."),
        ),
        (
            Report.objects.owed().count(),
            Text("份安全事件报告还没有交。", "reports of security incidents are owed."),
        ),
        (
            _stops_of(institution).filter(lifted_at__isnull=True).count(),
            Text("项由本单位决定的全部停发还没有解除。", "stops of the whole installation, imposed from here, are in force."),
        ),
    )  # fmt: skip
    return [Text(f"{number} {words.zh}", f"{number} {words.en}") for number, words in counted if number]


def _stops_of(institution: Institution) -> QuerySet[InstallationStop]:
    ours = Person.objects.filter(institution=institution)
    return InstallationStop.objects.filter(Q(by__in=ours) | Q(lift_asked_by__in=ours) | Q(lifted_by__in=ours))


def require_unhindered(institution: Institution) -> Verdict:
    """Whether nothing stands against it now; else all of it in one sentence each."""
    found = hindrances(institution)
    if not found:
        return ALLOWED
    return Denied(
        Text(
            "现在不能退出：" + " ".join(one.zh for one in found),
            "Not now: " + " ".join(one.en for one in found),
        )
    )
