"""An institution's own Word templates: uploaded, checked for fields that do not exist, retired."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from guanhao.contents import isolated
from guanhao.contents.assets import store_document
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.documents.issuing import empty_paper
from guanhao.documents.models import FormTemplate
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person
from guanhao.people.permissions import Permission, may
from guanhao.rulebook.parties import Form

MOST_NAMED = 5


class UnknownFields(Refused):
    """A template names fields that the form does not have. ``names`` are all of them."""

    def __init__(self, names: Sequence[str]) -> None:
        shown = "、".join(names[:MOST_NAMED])
        super().__init__(
            Denied(
                Text(
                    zh=f"模板里有表格没有的字段：{shown}。请改成下表中的字段名。",
                    en=f"The template names fields the form does not have: {', '.join(names[:MOST_NAMED])}. Use those listed.",
                )
            )
        )
        self.names = tuple(names)


def names_of(form: Form, institution: Institution) -> list[str]:
    """Every name a template of this form may use, opinions in their parts."""
    names = ["qr"]
    for key, value in empty_paper(form, institution).values().items():
        names += [f"{key}.{part}" for part in value] if isinstance(value, dict) else [key]
    return sorted(names)


def upload_template(
    *, actor: Actor, person: Person, institution: Institution, form: Form, data: bytes, name: str = ""
) -> FormTemplate:
    """Take a Word file as the institution's template of a form; the one before it is retired.

    Raises:
        FileRefused: no plain Word file, or braces that cannot be understood.
        UnknownFields: it names a field the form does not have.
        Refused: without the permission, or no space is left.
    """
    require(may(person, Permission.FORM_MANAGE))
    used = isolated.run("template", {}, data).value["fields"]
    unknown = sorted(set(used) - set(names_of(form, institution)))
    if unknown:
        raise UnknownFields(unknown)
    with transaction.atomic():
        file = store_document(actor=actor, person=person, data=data, name=name)
        _retire(form.key)
        template = FormTemplate(
            institution=institution,
            form=form.key,
            file=file,
            fields=used,
            uploaded_by=person,
            uploaded_at=clock.now(),
        )
        template.save()
        _event(actor, template, Action.FORM_TEMPLATE_SET, form)
    return template


@transaction.atomic
def retire_template(*, actor: Actor, person: Person, institution: Institution, form: Form) -> None:
    """Go back to our own template.

    Raises:
        Refused: without the permission, or when there is none of the institution's.
    """
    require(may(person, Permission.FORM_MANAGE))
    current = FormTemplate.objects.filter(
        institution=institution, form=form.key, retired_at__isnull=True
    ).first()
    if current is None or not _retire(form.key):
        raise Refused(Denied(Text(zh="没有可停用的模板。", en="There is no template to retire.")))
    _event(actor, current, Action.FORM_TEMPLATE_RETIRED, form)


def _retire(form: str) -> int:
    return FormTemplate.objects.filter(form=form, retired_at__isnull=True).update(retired_at=clock.now())


def _event(actor: Actor, template: FormTemplate, action: Action, form: Form) -> None:
    record(
        institution=template.institution,
        actor=actor,
        action=action,
        subject=Subject("form", form.key, form.title.zh),
        facts={"template": template.pk, "file": template.file.digest},
    )
