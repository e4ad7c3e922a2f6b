"""What the pages of the public directory show."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanhao.contents import isolated
from guanhao.contents.assets import MOST_PUBLIC_PICTURE, NoSuchFile, open_asset
from guanhao.directory.queries import known, shown
from guanhao.directory.reading import entries, look_up
from guanhao.directory.types import Entry, Outcome
from guanhao.registry.models import Account
from guanhao.watch.reporting import report_suspect
from guanhao.watch.sightings import Seen
from guanhao.web.access import one
from guanhao.web.excel import workbook
from guanhao.web.forms.directory import PictureForm, ReportForm
from guanhao.web.viewer import said
from guanhao.web.work.public import Public

PAGE = 50
MOST_ROWS = 20_000
PNG = "image/png"


def list_context(at: Public) -> dict[str, Any]:
    """The accounts of one page, and the platforms to narrow them by."""
    chosen = at.request.GET.get("platform", "")[:40]
    titles = dict(at.platforms())
    pages = Paginator(_rows(chosen), PAGE)
    page = pages.get_page(at.request.GET.get("page"))
    there = sorted(set(shown().order_by().values_list("platform", flat=True)))
    return at.context(
        entries=entries(at.institution, page.object_list),
        page=page,
        chosen=chosen,
        platforms=[(key, titles.get(key, key)) for key in there],
    )


def entry(at: Public, pk: int) -> Entry:
    """One account; `Http404` for one that is none, was never filed, or is another institution's."""
    return entries(at.institution, [one(known(), pk=pk)])[0]


def check_context(at: Public, typed: str) -> dict[str, Any]:
    """The question and its answer."""
    answer = look_up(at.institution, typed) if typed.strip() else None
    return at.context(
        typed=typed.strip(),
        answer=answer,
        is_unknown=answer is not None and answer.outcome is Outcome.UNKNOWN,
        picture_form=PictureForm(),
    )


def check_address(at: Public, text: str) -> str:
    """Where the answer for a text is."""
    language = {"lang": "en"} if (get_language() or "").startswith("en") else {}
    return f"{reverse('directory_check', args=[at.directory.key])}?{urlencode({'q': text, **language})}"


def code(pk: int) -> tuple[bytes, str]:
    """The picture of an account's QR code and its type; `Http404` where it has neither picture nor address."""
    account: Account = one(known(), pk=pk)
    if account.qr:
        try:
            return open_asset(account.qr)
        except NoSuchFile:
            raise Http404 from None
    if not account.address:
        raise Http404
    out = io.BytesIO()
    segno.make(account.address, error="m", micro=False).save(out, kind="png", border=2, scale=8)
    return out.getvalue(), PNG


def text_of_code(form: PictureForm) -> str:
    """What the uploaded picture's QR code says; the form has the reason where it says nothing."""
    if not form.is_valid():
        return ""
    try:
        texts = isolated.run("codes", {}, form.cleaned_data["picture"].read(MOST_PUBLIC_PICTURE + 1)).value[
            "texts"
        ]
    except isolated.FileRefused as refused:
        form.add_error("picture", said(refused.denied.reason))
        return ""
    if not texts:
        form.add_error("picture", _("图片里没有找到二维码。请截取清晰、完整的二维码再试，或输入名称查询。"))
    return texts[0] if texts else ""


def take_report(at: Public, form: ReportForm) -> None:
    """Keep a report.

    Raises:
        Refused: see `watch.reporting.report_suspect`.
    """
    values = form.cleaned_data
    file = values["picture"]
    report_suspect(
        institution=at.institution,
        seen=Seen(
            " ".join(values["name"].split()),
            values["platform"],
            values["handle"].strip(),
            values["address"].strip(),
        ),
        note=values["note"],
        picture=file.read(MOST_PUBLIC_PICTURE + 1) if file else b"",
    )


def as_workbook(at: Public) -> HttpResponse:
    """The whole list as a workbook."""
    heads = [
        _("名称"),
        _("平台"),
        _("账号"),
        _("单位"),
        _("备案编号"),
        _("平台认证"),
        _("最近年检"),
        _("链接"),
    ]
    rows = entries(at.institution, _rows(at.request.GET.get("platform", "")[:40])[:MOST_ROWS])
    return workbook(_("%s官方账号") % at.directory.name, heads, (_cells(row) for row in rows))


def framers(at: Public) -> str:
    """Who may show the widget in a frame, as the policy writes it."""
    return " ".join(at.directory.hosts) or "'none'"


def _rows(platform: str) -> QuerySet[Account]:
    return shown().filter(platform=platform) if platform else shown()


def _cells(row: Entry) -> list[Any]:
    return [
        row.name,
        said(row.platform_title),
        row.handle,
        row.unit,
        row.filing_number,
        _("已认证") if row.verified else _("未认证"),
        row.inspected_on,
        row.address,
    ]
