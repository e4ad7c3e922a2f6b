"""What the decision page of an application shows, and how a decision about one is taken."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from guanhao.applications import actions, completing
from guanhao.applications.completing import NOTHING_DONE, Done
from guanhao.applications.models import Application, ApplicationRevision
from guanhao.applications.types import ABOUT_ARTICLE, NEW_ACCOUNT
from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.cases.types import AUTHOR, Verdict
from guanhao.contents.models import Revision
from guanhao.rulebook.vocabulary import Meaning
from guanhao.web.forms.applications import DoneForm
from guanhao.web.forms.review import DecisionForm
from guanhao.web.viewer import Viewer, said_of
from guanhao.web.work import access
from guanhao.web.work.application_pages import lines_of
from guanhao.web.work.decision import (
    Choice,
    following,
    frame_of,
    handed_on,
    offered,
)


def context(
    viewer: Viewer, step: Step, form: DecisionForm | None = None, data: QueryDict | None = None
) -> dict[str, Any]:
    """Everything the page shows of a step that waits, or of one that was decided."""
    application = access.application(viewer, int(step.case.subject_id))
    revision = decided_revision(step, application)
    frame = frame_of(viewer, step, form)
    brings = frame["may"] and completing.is_carried_out(step)
    return {
        **frame,
        "application": application,
        "revision": revision,
        "lines": lines_of(application),
        "text": text_of(revision),
        "findings": revision.findings,
        "verdicts": choices(step, application),
        "done_form": DoneForm(completing.brings(application, step), data) if brings else None,
        "completions": application.completions.select_related("person", "step").order_by("pk"),
    }


def decide(viewer: Viewer, step: Step, saying: Saying, data: QueryDict) -> None:
    """Take the decision, with what was carried out where the step is one to be carried out."""
    actions.decide(
        actor=viewer.actor,
        person=viewer.person,
        step=step,
        saying=saying,
        done=done_of(step, data),
    )


def done_of(step: Step, data: QueryDict) -> Done:
    """What the page says was carried out; what is too long is cut where it is kept."""
    if not completing.is_carried_out(step):
        return NOTHING_DONE
    values = {one: data.get(f"done-{one.value}", "") for one in (Meaning.HANDLE, Meaning.ADDRESS)}
    return Done(values=values, note=data.get("done-note", ""))


def decided_revision(step: Step, application: Application) -> ApplicationRevision:
    """The revision the case is about, by its digest and by nothing else (AP1)."""
    return application.revisions.filter(hash=step.case.subject_digest).order_by("-number")[0]


def text_of(revision: ApplicationRevision) -> Revision | None:
    """The text an authorisation is asked for, by its hash; nothing for what is about no article."""
    asked = revision.content.get("article")
    if asked is None:
        return None
    return (
        Revision.objects.filter(article=asked["id"], hash=asked["revision"])
        .select_related("article")
        .order_by("-number")
        .first()
    )


def choices(step: Step, application: Application) -> list[Choice]:
    """The four verdicts with what each leads to; what is carried out is done, not agreed to."""
    after = following(step)
    is_task = completing.is_carried_out(step)
    consequences = {
        Verdict.APPROVE: handed_on(after) if after else effect_of(application),
        Verdict.RETURN: _after_return(step, application),
        Verdict.HOLD: _("办件留在本环节，稍后由您或同一职务的其他人再办。"),
        Verdict.REJECT: _("办件结束，稿件不获授权；申请人可以另行申请。")
        if application.kind in ABOUT_ARTICLE
        else _("办件结束，登记不变；申请人可以另行申请。"),
    }
    return offered(consequences, {Verdict.APPROVE: _("办结")} if is_task else None)


def effect_of(application: Application) -> str:
    """What the last approval does."""
    if application.kind in ABOUT_ARTICLE:
        return _("这是最后一个环节：同意后这一版稿件即获授权；稿件再有改动须重新申请。")
    if application.kind in NEW_ACCOUNT:
        return _("这是最后一个环节：同意后账号立即列入登记册并取得备案编号。")
    return _("这是最后一个环节：同意后立即生效，登记册随之更改。")


def _after_return(step: Step, application: Application) -> str:
    if step.return_to == AUTHOR:
        return _("退给申请人 %(who)s 修改，改后重新提交。") % {"who": application.applicant.name}
    earlier = step.case.steps.filter(key=step.return_to).first()
    return _("退回到“%(step)s”。") % {"step": said_of(earlier, "title") if earlier else step.return_to}
