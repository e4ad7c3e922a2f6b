"""What is handed in, exactly: the printed values, the particulars behind them, and what the register said before."""

from __future__ import annotations

from typing import Any

from guanhao.applications import filling
from guanhao.applications.matters import Matter
from guanhao.applications.models import Application, ApplicationRevision
from guanhao.applications.types import COLUMNS
from guanhao.contents.matters import lacking
from guanhao.core import clock
from guanhao.core.canonical import digest
from guanhao.people.models import Person


def content_of(matter: Matter) -> dict[str, Any]:
    """The content of a revision. Everything that will be decided or carried out is in it, so the digest covers it."""
    form = matter.form
    printed = {entry.key for entry in filling.entries_of(matter) if entry.printed}
    shown = filling.shown(matter)
    means = filling.stated(matter)
    return {
        "act": matter.kind.value,
        "form": form.key if form else "",
        "unit": matter.unit.pk,
        "account": matter.account.pk if matter.account else None,
        **_about_article(matter),
        "values": {key: value for key, value in shown.items() if key in printed},
        "beside": {key: value for key, value in shown.items() if key not in printed},
        "particulars": {one.value: value for one, value in means.items()},
        "before": {
            one.value: filling.registered(matter, one) for one in means if one in COLUMNS and matter.account
        },
    }


def _about_article(matter: Matter) -> dict[str, Any]:
    """Which text an authorisation is asked for, by its hash, and for which classes."""
    article = matter.article
    if article is None or article.current is None:
        return {}
    return {
        "article": {
            "id": article.pk,
            "revision": article.current.hash,
            "classes": sorted(lacking(article)),
        }
    }


def revise(
    application: Application, matter: Matter, person: Person, findings: list[dict[str, Any]]
) -> ApplicationRevision:
    """Keep what is handed in as the next revision."""
    content = content_of(matter)
    revision = ApplicationRevision(
        institution_id=application.institution_id,
        application=application,
        number=application.revisions.count() + 1,
        content=content,
        hash=digest({"application": application.pk, **content}),
        findings=findings,
        created_by=person,
        created_at=clock.now(),
    )
    revision.save()
    application.current = revision
    return revision


def is_whole(revision: ApplicationRevision) -> bool:
    """Whether the stored content still has its hash."""
    return digest({"application": revision.application_id, **revision.content}) == revision.hash
