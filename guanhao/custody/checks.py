"""Who may see, attest, ask in an emergency, agree to one. Answers Allowed or Denied with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.custody.models import Emergency, Exposure, Reveal
from guanhao.custody.types import MOST_REVEALS_A_DAY, REVEALABLE
from guanhao.people.models import Institution, Person
from guanhao.people.permissions import Permission, standing
from guanhao.registry.models import Account, Holder, Secret
from guanhao.registry.types import GONE, SecretKind
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.clauses import Limit
from guanhao.rulebook.selection import limits_on
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import ClauseKind, LimitSubject

enforces(ClauseKind.LIMIT, LimitSubject.CREDENTIAL_REVEALS)

_WECHAT = "wechat"


def holds(account: Account, person: Person) -> bool:
    """Whether the person has one of the account's slots."""
    return person.active and Holder.objects.filter(account=account, person=person).exists()


def runs(account: Account, person: Person) -> Verdict:
    """Whether the account is the person's business: holder, first responsible, manager, its office, its technical unit."""
    named = person.pk in {account.first_responsible_id, account.manager_id}
    allowed = standing(person).permissions & {Permission.ACCOUNT_MANAGE, Permission.ACCOUNT_CONNECT}
    if person.active and (named or allowed or holds(account, person)):
        return ALLOWED
    return Denied(
        Text(
            zh=f"您不负责账号“{account.name}”，不能办理它的密钥事项。",
            en=f"You do not run {account.name} and have nothing to do with its credentials.",
        )
    )


def may_reveal(account: Account, kind: str, person: Person) -> Verdict:
    """Whether the person may look at a secret of the kind now: as holder, or under a granted emergency (SE3, SE5)."""
    if SecretKind(kind) not in REVEALABLE:
        return Denied(
            Text(zh="这类密钥只供系统使用，不向任何人显示。", en="Only the machine uses this kind.")
        )
    if account.state in GONE:
        return Denied(Text(zh="账号已关闭。", en="The account is closed."))
    if holds(account, person) or grant_for(account, kind, person) is not None:
        return within_reveals(account, person)
    clause = next(iter(_limits(account, LimitSubject.CREDENTIAL_HOLDERS)), None)
    return Denied(
        Text(
            zh=f"您不是账号“{account.name}”的保管人。确有急需，可申请应急查看，由另外两人同意。",
            en=f"You hold no slot of {account.name}. In an emergency ask for a look that two others agree to.",
        ),
        article=clause.article if clause else "",
        clause=clause.id if clause else "",
    )


def grant_for(account: Account, kind: str, person: Person) -> Emergency | None:
    """The granted emergency under which the person may look, if any."""
    granted = Emergency.objects.granted().filter(account=account, kind=kind, person=person)
    return granted.order_by("-granted_at").first()


def within_reveals(account: Account, person: Person) -> Verdict:
    """Whether the person has looked less often today than allowed, by the rulebook's number or the house's."""
    limits = [limit for limit in _limits(account, LimitSubject.CREDENTIAL_REVEALS) if limit.at_most]
    most = min((limit.at_most or 0 for limit in limits), default=MOST_REVEALS_A_DAY)
    if Reveal.objects.within_a_day(person).count() < most:
        return ALLOWED
    clause = next(iter(limits), None)
    return Denied(
        Text(
            zh=f"一人一天最多查看 {most} 次密钥，请明天再试，或由其他保管人办理。",
            en=f"One person looks at credentials at most {most} times a day; try tomorrow or ask another holder.",
        ),
        article=clause.article if clause else "",
        clause=clause.id if clause else "",
    )


def testable(account: Account, kind: str) -> bool:
    """Whether the platform itself can be asked if it takes a secret of the kind (SE4)."""
    return kind == SecretKind.APP_SECRET and account.platform == _WECHAT and bool(account.app_id)


def may_attest(secret: Secret, person: Person) -> Verdict:
    """Whether the person is the second one who may say that the new secret is in use: not who typed it, none who left it."""
    runs_it = runs(secret.account, person)
    if not runs_it:
        return runs_it
    if testable(secret.account, secret.kind):
        return Denied(
            Text(
                zh="这类密钥由平台验证，不能人工确认。",
                en="The platform proves this kind; nobody attests it.",
            )
        )
    if secret.set_by_id is None or secret.set_by_id == person.pk:
        return Denied(Text(zh="须由录入者以外的第二人确认。", en="Somebody other than who typed it attests."))
    if Exposure.objects.open().of(secret.account).filter(secret__kind=secret.kind, person=person).exists():
        return Denied(
            Text(
                zh="更换正是因您而起，须由他人确认。",
                en="It is replaced because of you; somebody else attests.",
            )
        )
    return ALLOWED


def may_agree(emergency: Emergency, person: Person) -> Verdict:
    """Whether the person may be one of the two: another person of the institution who runs the account (SE5)."""
    same = person.pk == emergency.person_id or (
        person.user_id is not None and person.user_id == emergency.person.user_id
    )
    if same or (person.staff_no and person.staff_no == emergency.person.staff_no):
        return Denied(Text(zh="不能同意自己的申请。", en="One does not agree to one's own request."))
    if emergency.ended_at or emergency.granted_at or emergency.ask_until <= clock.now():
        return Denied(Text(zh="这项申请已结束。", en="The request is over."))
    return runs(emergency.account, person)


def reason_given(reason: str) -> Verdict:
    """Whether somebody said why in words that mean something later."""
    if len(reason.strip()) >= 4:  # noqa: PLR2004 - two words of Chinese.
        return ALLOWED
    return Denied(Text(zh="请写明事由（至少四个字）。", en="Say why, in at least four characters."))


def _limits(account: Account, what: LimitSubject) -> Iterable[Limit]:
    institution = Institution.objects.get(pk=account.institution_id)
    try:
        rulebook = in_force(institution).rulebook
    except NoRulebook:
        return ()
    return limits_on(rulebook, what, Facts(platform=account.platform, account_kind=account.kind))
