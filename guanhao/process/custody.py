"""What follows from what happens to credentials: those who run the account and the office hear at once (SE3–SE5)."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Person
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled
from guanhao.registry.models import Account

CUSTODY = "custody"
_TITLES = {
    Action.CREDENTIAL_EXPOSED: Text("密钥待更换：{label}", "A credential is due to be replaced: {label}"),
    Action.CREDENTIAL_LEAKED: Text(
        "密钥泄露，立即更换：{label}", "Credentials leaked, replace them now: {label}"
    ),
    Action.CREDENTIAL_REVEAL_REFUSED: Text(
        "有人重复打开查看密钥的页面：{label}", "Somebody opened a look at a credential again: {label}"
    ),
    Action.EMERGENCY_ASKED: Text(
        "应急查看等待同意：{label}", "An emergency look waits for agreement: {label}"
    ),
    Action.EMERGENCY_AGREED: Text(
        "应急查看已有一人同意：{label}", "One agreed to the emergency look: {label}"
    ),
    Action.EMERGENCY_GRANTED: Text("应急查看已获同意：{label}", "The emergency look was granted: {label}"),
    Action.EMERGENCY_DECLINED: Text("应急查看未获同意：{label}", "The emergency look was declined: {label}"),
    Action.EMERGENCY_ENDED: Text("应急查看已结束：{label}", "The emergency look ended: {label}"),
}
_BODIES = {
    Action.CREDENTIAL_EXPOSED: Text(
        "在平台上改掉它，再到“密钥保管”录入新的，由平台或第二人确认后才算完成。",
        "Change it on the platform, enter the new one under custody; the platform or a second person closes it.",
    ),
    Action.CREDENTIAL_REVEAL_REFUSED: Text(
        "一次查看只能打开一次，这次已被拒绝。如果不是误操作，请更换密钥。",
        "A look opens once; this one was refused. Unless it was a slip, replace the credential.",
    ),
    Action.EMERGENCY_ASKED: Text("须另外两人同意。", "Two others have to agree."),
    Action.EMERGENCY_GRANTED: Text(
        "查看之后密钥须更换。", "Afterwards the credential is due to be replaced."
    ),
}


def tell_keepers(event: Event, name: str) -> None:
    """Everybody who runs the account, and the competent office; not who did it, unless it is an alarm."""
    account: Account = Account.objects.get(pk=event.subject_id)
    action = Action(event.action)
    people = concerned(account)
    if action is not Action.CREDENTIAL_REVEAL_REFUSED:
        people = recipients.without(people, acting_person(event))
    notify(
        event=event,
        consequence=name,
        persons=people,
        kind=CUSTODY,
        title=filled(_TITLES[action], label=account.name),
        body=_BODIES.get(action),
        link=links.custody(account.pk),
        article_ref=str(event.facts.get("article", "")),
    )


def concerned(account: Account) -> list[Person]:
    """All holders, who else runs the account, the office and the technical duty."""
    found = [*recipients.running(account), *recipients.on_duty(account.institution)]
    return list({person.pk: person for person in found}.values())
