"""Consents as pages: on an article, one's own, the office's list, one with what is to be done."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.contents import guards
from guanhao.contents.models import Article
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.verdicts import Refused
from guanhao.people.permissions import Permission
from guanhao.privacy import checks, consenting
from guanhao.privacy.models import Portrayal, PublicationConsent
from guanhao.privacy.types import ConsentReach, ConsentState, Use
from guanhao.publishing.models import JobItem
from guanhao.publishing.types import JobState
from guanhao.registry.models import Account
from guanhao.web.forms.consents import GivenForm, SettledForm
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer, WebRequest, listed, said
from guanhao.web.work import imports
from guanhao.web.work.history import history_of

_OPEN = (ConsentState.MISSING, ConsentState.ASKED, ConsentState.DECLINED)


def consents(viewer: Viewer) -> QuerySet[PublicationConsent]:
    """All for the office; else those that articles the viewer sees rest on, and those of accounts they run."""
    rows: QuerySet[PublicationConsent] = PublicationConsent.objects.filter(institution=viewer.institution)
    rows = rows.select_related("institution", "account", "person", "paper", "noted_by", "withdrawn_by")
    rows = rows.prefetch_related(Prefetch("portrayals", Portrayal.objects.live().select_related("article")))
    if viewer.may(Permission.CONSENT_MANAGE):
        return rows
    seen = Portrayal.objects.live().filter(article__in=Article.objects.visible_to(viewer.person))
    runs = Q(account__manager=viewer.person) | Q(account__first_responsible=viewer.person)
    return rows.filter(runs | Q(Exists(seen.filter(consent=OuterRef("pk")))))


def portrayals(viewer: Viewer) -> QuerySet[Portrayal]:
    """What articles the viewer sees show, and whom."""
    rows = Portrayal.objects.live().filter(consent__in=consents(viewer).values("pk"))
    return rows.select_related("article", "consent__institution", "consent__account")


def mine(viewer: Viewer) -> QuerySet[PublicationConsent]:
    """What the viewer agreed to or is asked."""
    rows = PublicationConsent.objects.of(viewer.person).select_related("institution", "account")
    return rows.prefetch_related(Prefetch("portrayals", Portrayal.objects.live().select_related("article")))


def of_article(viewer: Viewer, article: Article) -> dict[str, Any]:
    """The part of an article's page about whom it shows."""
    may_note = bool(checks.may_note_consents(viewer.person, article))
    return {
        "portrayals": _PORTRAYALS.all(article=article),
        "may_note": may_note,
        "may_take_off": bool(guards.may_edit(viewer.person, article)),
        "standing_consents": consenting.offered_for(article) if may_note else [],
    }


_PORTRAYALS: Prepared[Portrayal] = Prepared(
    lambda: (
        Portrayal.objects.live()
        .filter(article=given("article"))
        .select_related("consent__person")
        .order_by("pk")
    )
)


def standing_of(row: PublicationConsent) -> Mark:
    """Whether it counts today, or why not."""
    if row.state == ConsentState.GIVEN and row.until is not None and row.until < clock.today():
        return Mark(_("已过有效期"), BLOCKED, icon="alert-triangle")
    tones = {ConsentState.GIVEN: DONE, ConsentState.MISSING: WAITING, ConsentState.ASKED: WAITING}
    tone = tones.get(ConsentState(row.state), BLOCKED)
    icon = {DONE: "check", WAITING: "clock", BLOCKED: "alert-triangle"}[tone]
    return Mark(str(row.get_state_display()), tone, icon=icon)


def task_of(row: Portrayal) -> Mark | None:
    """Whether something published waits to be taken down."""
    if row.task_at is None:
        return None
    if row.settled_at is not None:
        return Mark(str(row.get_settled_how_display()), NEUTRAL, icon="check")
    late = row.due_at is not None and row.due_at <= clock.now()
    return Mark(_("超期未处置") if late else _("待处置"), BLOCKED, icon="alert-triangle")


def consent_list() -> ListSpec:
    """What the office's list is."""
    accounts = [(str(one.pk), one.name) for one in Account.objects.order_by("name")]
    return ListSpec(
        title=_("使用同意"),
        columns=(
            Column(key="name", label=_("本人"), main=True, sort=("name",),
                   value=lambda row: Link(row.name, reverse("consent", args=[row.pk]))),
            Column(key="use", label=_("使用内容"), value=lambda row: row.get_use_display(), sort=("use",), tight=True),
            Column(key="state", label=_("状态"), value=standing_of, sort=("state",), tight=True),
            Column(key="task", label=_("处置"), value=_task, tight=True),
            Column(key="how", label=_("同意方式"), value=lambda row: row.get_how_display() if row.how else "", tight=True),
            Column(key="articles", label=_("稿件"), value=lambda row: listed(p.article.title for p in row.portrayals.all())),
            Column(key="account", label=_("账号"), value=lambda row: row.account.name, usual=False),
            Column(key="reach", label=_("适用范围"), value=lambda row: row.get_reach_display(), tight=True, usual=False),
            Column(key="until", label=_("有效期限"), value=lambda row: row.until, sort=("until",), tight=True),
            Column(key="under", label=_("不满十四周岁"), value=lambda row: _("是") if row.under_14 else "", tight=True, usual=False),
            Column(key="guardian", label=_("监护人"), value=_guardian, usual=False),
            Column(key="by", label=_("登记人"), value=lambda row: row.noted_by.name, tight=True, usual=False),
            Column(key="at", label=_("登记时间"), value=lambda row: row.noted_at, sort=("noted_at",), tight=True),
        ),
        order=("-noted_at",),
        tabs=_tabs(),
        filters=(
            Filter(key="use", label=_("使用内容"), choices=tuple((str(v), str(n)) for v, n in Use.choices),
                   apply=lambda rows, value: rows.filter(use=value)),
            Filter(key="account", label=_("账号"), choices=tuple(accounts),
                   apply=lambda rows, value: rows.filter(account=value)),
            Filter(key="under", label=_("年龄"), choices=(("14", _("不满十四周岁")),),
                   apply=lambda rows, _value: rows.filter(under_14=True)),
        ),
        search=("name", "guardian"),
        empty=Empty(
            why=_("没有使用同意的记录"),
            hint=_("在稿件页的“人物与同意”里登记出现的人；撤回后要处置的在这里。"),
            action=_("看稿件"),
            address=reverse("articles"),
        ),
        template="web/privacy/consents.html",
    )  # fmt: skip


def _tabs() -> tuple[Tab, ...]:
    return (
        Tab(key="all", label=_("全部"), apply=lambda rows: rows),
        Tab(key="act", label=_("待处置"), apply=lambda rows: rows.filter(
            Exists(Portrayal.objects.live().tasks().filter(consent=OuterRef("pk"))))),
        Tab(key="open", label=_("未取得"), apply=lambda rows: rows.filter(state__in=_OPEN)),
        Tab(key="given", label=_("已同意"), apply=lambda rows: rows.filter(state=ConsentState.GIVEN)),
        Tab(key="withdrawn", label=_("已撤回"), apply=lambda rows: rows.filter(state=ConsentState.WITHDRAWN)),
    )  # fmt: skip


def _task(row: PublicationConsent) -> Mark | str:
    found = [mark for mark in map(task_of, row.portrayals.all()) if mark]
    return next((mark for mark in found if mark.tone == BLOCKED), found[0] if found else "")


def _guardian(row: PublicationConsent) -> str:
    return f"{row.guardian}（{row.guardian_is}）" if row.guardian else ""


def consent_context(viewer: Viewer, row: PublicationConsent) -> dict[str, Any]:
    """What the page of one shows."""
    keeps = bool(checks.may_keep_consent(viewer.person, row))
    waits = row.state in {ConsentState.MISSING, ConsentState.ASKED}
    tasks = [(one, task_of(one), _job_of(one)) for one in row.portrayals.all()]
    return {
        "row": row,
        "standing": standing_of(row),
        "guardian": _guardian(row),
        "whole_account": row.reach == ConsentReach.ACCOUNT,
        "tasks": tasks,
        "may_settle": bool(checks.may_settle_portrayal(viewer.person, row)),
        "settled_form": SettledForm(),
        "form": GivenForm() if keeps and row.state != ConsentState.GIVEN else None,
        "may_decline": keeps and waits,
        "may_withdraw": row.state == ConsentState.GIVEN
        and bool(checks.may_withdraw_consent(row, viewer.person)),
        "history": history_of(viewer, ("consent", [row.pk])),
    }


def stored_paper(request: WebRequest, form: Any) -> int | None:
    """Keep the signed paper that came with a form; a refusal stands at its field."""
    file = form.cleaned_data.get("paper")
    if not file:
        return None
    try:
        return imports.document(request.viewer, file).pk
    except Refused as refusal:
        form.add_error("paper", said(refusal.denied.reason))
        return None


def _job_of(portrayal: Portrayal) -> int | None:
    """The push that can be withdrawn."""
    if portrayal.task_at is None or portrayal.settled_at is not None:
        return None
    items = JobItem.objects.filter(
        revision__article=portrayal.article_id, live=True, job__state=JobState.PUBLISHED
    )
    found: int | None = items.values_list("job", flat=True).first()
    return found
