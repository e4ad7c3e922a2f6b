"""The public directory: which accounts are the institution's, whether a given one is, and reports of impostors.

Nobody signs in here and no cookie is set, so that answers may be kept by browsers and proxies and the widget works in a
frame of another site. The forms need no token: they act for nobody.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.directory import public
from guanhao.directory.queries import open_directories
from guanhao.directory.reading import look_up
from guanhao.limiting.types import Use
from guanhao.web import csp
from guanhao.web.forms.directory import PictureForm, ReportForm
from guanhao.web.work import directory_pages as pages
from guanhao.web.work.public import Public, publicly

UNPROCESSABLE = 422


@login_not_required
@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """The institutions of the installation whose directory is open; the only one is shown at once."""
    found = open_directories()
    if len(found) == 1:
        return redirect("directory", found[0].key)
    if not found:
        raise Http404
    return public.cached(
        request, render(request, "web/directory/institutions.html", {"found": found}), public.LISTED
    )


@login_not_required
@require_safe
@publicly
def listing(request: HttpRequest, at: Public) -> HttpResponse:
    """The accounts in use, with the question on top; as a workbook where one is asked for."""
    if request.GET.get("format") == "xlsx":
        return at.limited(Use.FILE) or pages.as_workbook(at)
    page = render(request, "web/directory/list.html", pages.list_context(at))
    return public.cached(request, page, public.LISTED)


@login_not_required
@require_safe
@publicly
def account(request: HttpRequest, at: Public, pk: int) -> HttpResponse:
    """One account with its QR code."""
    page = render(request, "web/directory/account.html", at.context(entry=pages.entry(at, pk)))
    return public.cached(request, page, public.LISTED)


@login_not_required
@require_safe
@publicly
def code(request: HttpRequest, at: Public, pk: int) -> HttpResponse:  # noqa: ARG001 - every page here has this form.
    """The account's QR code: the stored picture, or one drawn from its address."""
    data, mime = pages.code(pk)
    return public.cached(request, HttpResponse(data, content_type=mime), public.LONG)


@login_not_required
@require_safe
@publicly
def check(request: HttpRequest, at: Public) -> HttpResponse:
    """Whether an account is the institution's."""
    typed = request.GET.get("q", "")
    if typed.strip():
        refused = at.limited(Use.CHECK)
        if refused:
            return refused
    page = render(request, "web/directory/check.html", pages.check_context(at, typed))
    return public.cached(request, page, public.SHORT)


@csrf_exempt  # No cookie is read: a picture is only looked at.
@login_not_required
@require_POST
@publicly
def picture(request: HttpRequest, at: Public) -> HttpResponse:
    """Read the QR code of an uploaded picture, for browsers that cannot do it themselves, and ask with what it says."""
    refused = at.limited(Use.FILE)
    if refused:
        return refused
    form = PictureForm(request.POST, request.FILES)
    text = pages.text_of_code(form)
    if text:
        return redirect(pages.check_address(at, text))
    context = pages.check_context(at, "") | {"picture_form": form}
    return render(request, "web/directory/check.html", context, status=UNPROCESSABLE)


@csrf_exempt  # No cookie is read: whoever reports does so for nobody, and is not asked who it is.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@publicly
def report(request: HttpRequest, at: Public) -> HttpResponse:
    """Report a suspected impostor."""
    if request.method != "POST":
        form = ReportForm(at.platforms(), initial={"name": request.GET.get("name", "")[:100]})
        return render(request, "web/directory/report.html", at.context(form=form))
    refused = at.limited(Use.REPORT)
    if refused:
        return refused
    form = ReportForm(at.platforms(), request.POST, request.FILES)
    denied = None
    if form.is_valid():
        try:
            pages.take_report(at, form)
        except Refused as refusal:
            denied = refusal.denied
        else:
            return render(request, "web/directory/reported.html", at.context())
    return render(
        request, "web/directory/report.html", at.context(form=form, denied=denied), status=UNPROCESSABLE
    )


@login_not_required
@require_safe
@publicly
def widget(request: HttpRequest, at: Public) -> HttpResponse:
    """The question in a small frame, for the sites the institution named; nobody else may frame it."""
    typed = request.GET.get("q", "")
    refused = at.limited(Use.CHECK) if typed.strip() else None
    answer = look_up(at.institution, typed) if typed.strip() and not refused else None
    page = render(request, "web/directory/widget.html", at.context(answer=answer, typed=typed, busy=refused))
    page.headers["Content-Security-Policy"] = csp.policy(frame_ancestors=pages.framers(at))
    return page if refused else public.cached(request, page, public.SHORT)
