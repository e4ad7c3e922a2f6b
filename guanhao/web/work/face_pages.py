"""What an account's page shows of its menu and profile: as approved, as the platform shows them, where the two differ."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from guanhao.applications.models import Application
from guanhao.core.verdicts import ALLOWED, Verdict
from guanhao.process.facing import WORDS
from guanhao.publishing import facing
from guanhao.registry import faces
from guanhao.registry.faces import Judged
from guanhao.registry.models import Account, Face
from guanhao.registry.types import FacePart
from guanhao.rulebook.clauses import Watch
from guanhao.web.marks import Mark
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.application_pages import Line, lines_of


@dataclass(frozen=True, slots=True)
class Side:
    """One part of the face."""

    part: FacePart
    watch: Watch
    face: Face | None
    mark: Mark
    differences: list[faces.Difference]
    lines: list[tuple[str, str]]
    waits: bool = False  # for somebody to compare a change with the application that was approved
    may_settle: Verdict = ALLOWED
    application: Application | None = None  # the one that was approved
    asked: list[Line] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What stands for the lines that are compared."""
        return faces.mark_of(self.face) if self.face else ""


def faces_of(viewer: Viewer, account: Account) -> list[Side]:
    """The parts the regulation watches on this account; none where it watches nothing."""
    clauses = facing.parts_of(account, viewer.rulebook)
    if not clauses:
        return []
    known = {face.part: face for face in account.faces.all()}
    return [_side(viewer, part, watch, known.get(part.value)) for part, watch in clauses.items()]


def _side(viewer: Viewer, part: FacePart, watch: Watch, face: Face | None) -> Side:
    approved, shown = (face.approved or [], face.shown or []) if face else ([], [])
    differing = faces.differences(approved, shown) if face and (face.drifted_at or faces.waits(face)) else []
    side = Side(part, watch, face, _mark(face), [_worded(one) for one in differing], [
        (_word(what), says) for what, says in approved
    ])  # fmt: skip
    if face is None or not faces.waits(face):
        return side
    application = Application.objects.select_related("current").filter(case=face.allowed_id).first()
    return replace(
        side,
        waits=True,
        may_settle=faces.may_settle(viewer.actor, face, watch, viewer.rulebook),
        application=application,
        asked=lines_of(application) if application else [],
    )


def _mark(face: Face | None) -> Mark:
    if face is None or face.seen_at is None:
        return Mark(_("尚未核对"), "neutral", "clock")
    if face.drifted_at:
        return Mark(_("与批准的不一致"), "blocked", "alert-triangle")
    if faces.waits(face):
        return Mark(_("已更改，待核对"), "waiting", "alert-triangle")
    if face.allowed_id:
        return Mark(_("已批准，平台尚未更新"), "waiting", "clock")
    return Mark(_("一致"), "done", "check")


def _worded(one: faces.Difference) -> faces.Difference:
    return faces.Difference(_word(one.what), one.approved, one.shown)


def _word(what: str) -> str:
    known = WORDS.get(what)
    return said(known) if known else what


def told(found: dict[FacePart, Judged]) -> str:
    """What a look came to, in one sentence."""
    if Judged.DRIFTED in found.values():
        return _("已核对：与批准的不一致，见“平台展示”。")
    if Judged.CHANGED in found.values():
        return _("已核对：平台已更改，请对照批准的申请确认。")
    return _("已核对。")
