"""Official forms: the list, one form with its Word template, empty prints, and the public check of a print's code."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guanhao.core.verdicts import Refused
from guanhao.documents import actions
from guanhao.documents.issuing import as_word, empty_paper, plain_code
from guanhao.documents.pdf import pdf
from guanhao.documents.word import our_template
from guanhao.limiting.types import Use
from guanhao.people.permissions import Permission
from guanhao.web.answers import done
from guanhao.web.forms.documents import TemplateForm
from guanhao.web.limits import counts_as
from guanhao.web.viewer import WebRequest, needs
from guanhao.web.work import printed
from guanhao.web.work.stored import PDF, WORD, offered


@require_safe
def listing(request: WebRequest) -> HttpResponse:
    """All forms: the regulation's own, then the generic ones."""
    return render(request, "web/forms/list.html", {"forms": printed.forms(request.viewer)})


@require_safe
def form(request: WebRequest, key: str) -> HttpResponse:
    """One form: its fields with the names a template uses, empty prints, the institution's own template."""
    return _page(request, key, TemplateForm())


@counts_as(Use.EXPORT)
@require_safe
def empty_pdf(request: WebRequest, key: str) -> HttpResponse:
    """The form to be filled in with a pen."""
    found = printed.form(request.viewer, key)
    return offered(pdf(empty_paper(found, request.viewer.institution)), f"{found.title.zh}.pdf", PDF)


@counts_as(Use.EXPORT)
@require_safe
def empty_word(request: WebRequest, key: str) -> HttpResponse:
    """The form to be filled in with Word."""
    found = printed.form(request.viewer, key)
    return offered(as_word(empty_paper(found, request.viewer.institution)), f"{found.title.zh}.docx", WORD)


@require_safe
@needs(Permission.FORM_MANAGE)
def starting_template(request: WebRequest, key: str) -> HttpResponse:
    """Our template with its fields in braces, to begin one's own from."""
    found = printed.form(request.viewer, key)
    data = our_template(empty_paper(found, request.viewer.institution))
    return offered(data, _("%s（模板）.docx") % found.title.zh, WORD)


@require_POST
@needs(Permission.FORM_MANAGE)
def upload(request: WebRequest, key: str) -> HttpResponse:
    """Take the institution's own template; a field that does not exist is named."""
    viewer, found = request.viewer, printed.form(request.viewer, key)
    asked = TemplateForm(request.POST, request.FILES)
    if asked.is_valid():
        try:
            file = asked.cleaned_data["file"]
            actions.upload_template(
                actor=viewer.actor,
                person=viewer.person,
                institution=viewer.institution,
                form=found,
                data=file.read(),
                name=file.name,
            )
        except Refused as refusal:
            return _page(request, key, asked, denied=refusal.denied)
        done(request, _("已启用新模板。"))
        return redirect("form", key)
    return _page(request, key, asked)


@require_POST
@needs(Permission.FORM_MANAGE)
def retire(request: WebRequest, key: str) -> HttpResponse:
    """Go back to our template."""
    viewer = request.viewer
    actions.retire_template(
        actor=viewer.actor,
        person=viewer.person,
        institution=viewer.institution,
        form=printed.form(viewer, key),
    )
    done(request, _("已恢复系统模板。"))
    return redirect("form", key)


@login_not_required
@require_safe
def check(request: WebRequest) -> HttpResponse:
    """Where somebody with a print in hand types its code."""
    typed = request.GET.get("code", "")
    if typed:
        return redirect("checked_print", plain_code(typed) or "0")
    return render(request, "web/forms/check.html")


@login_not_required
@require_safe
def checked(request: WebRequest, code: str) -> HttpResponse:
    """What the record behind a code says, without personal data; an unknown code is said to be unknown."""
    found = printed.issued(plain_code(code))
    context = {"found": found, "typed": code, "record": printed.record_of(request, found)}
    return render(request, "web/forms/check.html", context, status=200 if found else 404)


def _page(request: WebRequest, key: str, asked: TemplateForm, **more: object) -> HttpResponse:
    context = printed.form_context(request.viewer, key) | {"upload": asked, **more}
    wrong = bool(asked.errors) or "denied" in more
    return render(request, "web/forms/form.html", context, status=422 if wrong else 200)
