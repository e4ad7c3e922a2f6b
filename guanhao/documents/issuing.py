"""Issuing a form: the record behind a print, and the print made from it again at any time."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from guanhao.contents.assets import open_asset
from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.core.canonical import digest
from guanhao.documents.forms import article_of, forms_of
from guanhao.documents.models import FormTemplate, IssuedForm
from guanhao.documents.types import Opinion, Paper, paper_of
from guanhao.documents.word import word
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person
from guanhao.regulation.queries import in_force, of_version
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.parties import Form

# Crockford's letters: none is read for another on paper.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 16  # 80 bits: not to be guessed


@transaction.atomic
def issue(
    *,
    actor: Actor,
    person: Person | None,
    institution: Institution,
    form: str,
    subject: Subject,
    values: Mapping[str, str],
    opinions: Mapping[str, Opinion] | None = None,
    number: str = "",
) -> IssuedForm:
    """Keep what a form about a matter says, and give it a code. The same words again give the same record.

    An earlier print of the same form about the same matter is superseded from then on, and its code says so.

    Raises:
        KeyError: the institution has no such form, or the form no such field.
    """
    version = in_force(institution)
    chosen = forms_of(version.rulebook)[form]
    paper_of(chosen, institution.name, values, opinions)  # complains of what does not belong there
    told = _told(form, values, opinions or {}, number)
    known = _again(form, subject, digest(told))
    if known is not None:
        return known
    issued = IssuedForm(
        institution=institution,
        code=_code(),
        form=form,
        title=chosen.title.zh,
        rulebook=version.version,
        subject_kind=subject.kind,
        subject_id=subject.id,
        number=number,
        content=told,
        digest=digest(told),
        issued_by=person,
        issued_at=clock.now(),
    )
    issued.save()
    facts = {"form": form, "digest": issued.digest, "issued": issued.pk}
    record(institution=institution, actor=actor, action=Action.FORM_ISSUED, subject=subject, facts=facts)
    return issued


def _again(form: str, subject: Subject, content: str) -> IssuedForm | None:
    """The print with this content, made valid again; every other one of the matter is superseded."""
    same = IssuedForm.objects.filter(form=form, subject_kind=subject.kind, subject_id=subject.id)
    same.exclude(digest=content).filter(superseded_at__isnull=True).update(superseded_at=clock.now())
    same.filter(digest=content).update(superseded_at=None)
    return same.filter(digest=content).first()


def _told(
    form: str, values: Mapping[str, str], opinions: Mapping[str, Opinion], number: str
) -> dict[str, Any]:
    return {
        "form": form,
        "number": number,
        "values": dict(values),
        "opinions": {key: dataclasses.asdict(opinion) for key, opinion in opinions.items()},
    }


def _code() -> str:
    number = int(randomness.token_hex(), 16)
    letters = []
    for _place in range(_LENGTH):
        number, letter = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[letter])
    return "".join(letters)


def grouped(code: str) -> str:
    """The code as people read it, in fours."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def plain_code(typed: str) -> str:
    """What somebody typed or scanned, as codes are kept: no dashes or spaces, capitals, look-alikes resolved."""
    kept = "".join(letter for letter in typed.upper() if letter.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def paper(issued: IssuedForm, institution: Institution) -> Paper:
    """The print of a record, as it read when it was issued, by the regulation of that time."""
    rulebook = of_version(issued.rulebook)
    form = forms_of(rulebook)[issued.form]
    told = issued.content
    return paper_of(
        form,
        institution.name,
        told["values"],
        {key: Opinion(**parts) for key, parts in told["opinions"].items()},
        number=told["number"],
        article=citation(rulebook, form),
        printed=clock.today().isoformat(),
        code=grouped(issued.code),
        address=f"{settings.PUBLIC_URL.rstrip('/')}/d/{issued.code}",
    )


def empty_paper(form: Form, institution: Institution) -> Paper:
    """The form with nothing filled in, for a pen."""
    return paper_of(form, institution.name, article=citation(in_force(institution).rulebook, form))


def citation(rulebook: Rulebook, form: Form) -> str:
    """How the article that prescribes the form is cited; empty where none does."""
    article = article_of(rulebook, form)
    return rulebook.article(article).citation.zh if article else ""


def as_word(paper: Paper) -> bytes:
    """The paper as .docx, from the institution's own template where it has one.

    Raises:
        FileRefused: its template cannot be filled.
    """
    own = FormTemplate.objects.filter(form=paper.key, retired_at__isnull=True).select_related("file").first()
    return word(paper, open_asset(own.file.digest)[0] if own else b"")
