"""Rules about permission: approval, who publishes, authorisation of delicate classes, confirmations, registration."""

from __future__ import annotations

from collections.abc import Iterator

from guanhao.contents.rules.matter import Matter, Problem, at_field
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.rulebook.checkrules import Authorisation, PublishedBy, SecrecyConfirmation
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.selection import authorisable


def approved(matter: Matter, _check: Check) -> Iterator[Problem]:
    """Exactly this content is approved, and the approval still counts (ruian-6.3, gpnu-14, xartvu-10)."""
    if isinstance(matter.approval, Denied):
        yield Problem(matter.approval.reason)


def published_by(matter: Matter, check: Check) -> Iterator[Problem]:
    """Only holders of the role schedule and send (ruian-6.3, gpnu-14)."""
    assert isinstance(check.params, PublishedBy)
    if check.params.role not in matter.roles:
        title = matter.rulebook.roles[check.params.role].title
        yield Problem(
            Text(
                zh=f"只能由{title.zh}排期和发布。",
                en=f"Only the {title.en or title.zh} schedules and publishes.",
            )
        )


def authorisation(matter: Matter, check: Check) -> Iterator[Problem]:
    """Content of these classes carries the authorisation of the responsible department (gpnu-9, xartvu-11)."""
    assert isinstance(check.params, Authorisation)
    touched = matter.facts.content_classes & frozenset(check.params.classes)
    lacking = touched - matter.authorised if touched else touched
    askable = authorisable(matter.rulebook) if lacking else frozenset()
    for key in sorted(lacking):
        title = matter.rulebook.content_classes[key].title
        zh = "须在稿件页申请专项授权，或附有关部门的授权文件" if key in askable else "须附有关部门的授权文件"
        en = "ask for the authorisation on its page, or attach" if key in askable else "attach"
        yield Problem(
            Text(
                zh=f"内容属于“{title.zh}”，{zh}。",
                en=f"The content is classed “{title.en or title.zh}”; {en} the responsible department's authorisation.",
            ),
            {**at_field("attachments"), "class": key},
        )


def checklist_complete(matter: Matter, _check: Check) -> Iterator[Problem]:
    """Everybody who approved has ticked every required item (ruian-6.2, gpnu-10)."""
    for item in matter.unticked:
        yield Problem(Text(zh=f"审核要点未确认：{item.zh}。", en=f"Not confirmed: {item.en or item.zh}."))


def secrecy_confirmation(matter: Matter, check: Check) -> Iterator[Problem]:
    """Those who approved have ticked the items that make up the secrecy confirmation (xartvu-12)."""
    assert isinstance(check.params, SecrecyConfirmation)
    if not frozenset(check.params.items) <= matter.ticked:
        yield Problem(Text(zh="审核人尚未作保密确认。", en="No reviewer has confirmed secrecy yet."))


def registered_account(matter: Matter, _check: Check) -> Iterator[Problem]:
    """The account is on the register with its filing number."""
    if not matter.registered:
        yield Problem(
            Text(zh="账号尚未登记备案，不能发布。", en="The account is not registered and cannot publish."),
            at_field("account"),
        )
