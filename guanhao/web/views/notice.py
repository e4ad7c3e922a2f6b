"""告知书: read once by everybody, each version by its number; the office adds the institution's own words (PD2)."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guanhao.people.permissions import Permission
from guanhao.privacy import noticing
from guanhao.web import access
from guanhao.web.answers import done, go
from guanhao.web.forms.notice import NoticeForm
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work import notice_pages as pages


@require_safe
def page(request: WebRequest) -> HttpResponse:
    """The version in force, with the button for who has not read it."""
    return render(request, "web/privacy/notice.html", pages.context(request, pages.in_force()))


@require_safe
def version(request: WebRequest, number: int) -> HttpResponse:
    """A version as it read."""
    found = access.one(pages.versions(request.viewer), number=number)
    return render(request, "web/privacy/notice.html", pages.context(request, found))


@require_POST
def acknowledge(request: WebRequest) -> HttpResponse:
    """Note that the viewer read the version the page showed, and go on to where they wanted."""
    viewer = request.viewer
    number = request.POST.get("number", "")
    if not number.isdecimal():
        raise Http404
    found = access.one(pages.versions(viewer), number=int(number[:9]))
    noticing.acknowledge(actor=viewer.actor, person=viewer.person, notice=found)
    return go(request, "desk")


@require_http_methods(["GET", "POST"])
@needs(Permission.CONSENT_MANAGE)
def edit(request: WebRequest) -> HttpResponse:
    """The institution's own contact and paragraph; a change is a new version, which everybody reads."""
    viewer, present = request.viewer, pages.in_force()
    form = NoticeForm(request.POST or None, initial=pages.own_words(present))
    if request.method == "POST" and form.is_valid():
        published = noticing.publish(actor=viewer.actor, person=viewer.person, **form.cleaned_data)
        same = present is not None and published.pk == present.pk
        done(request, _("内容没有变化。") if same else _("新版告知书已发布，每个人下次打开页面时阅读。"))
        return redirect("privacy_notice")
    return render(request, "web/privacy/notice_edit.html", {"form": form})
