"""Word files with fields in double braces: which fields one names, and filling it in. The file is a stranger's.

A template may name values and say *if*; it may not loop, compute or call, so filling takes time in proportion to its
size and reaches nothing but the values it is given.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from docx.opc.exceptions import OpcError
from docx.opc.oxml import parse_xml
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError

from guanhao.contents.parsing import archives
from guanhao.contents.parsing.refusals import Reason, Refusal

QR_SIZE = Mm(18)
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.If, nodes.Not, nodes.And,
    nodes.Or,
)  # fmt: skip
_BROKEN = (TemplateError, OpcError, LxmlError, KeyError, ValueError, AttributeError, TypeError, IndexError)


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def fields_of(data: bytes) -> list[str]:
    """The names a template uses, sorted, parts with a dot: ``head_opinion.date``.

    Raises:
        Refusal: no plain Word file, a mistake in its braces, or more logic than a template may have.
    """
    archives.inspect(data)
    try:
        tree = _environment().parse("".join(_texts(data)))
    except TemplateError as error:
        raise Refusal(Reason.TEMPLATE_BROKEN, str(error)[:120]) from error
    except _BROKEN as error:
        raise Refusal(Reason.UNREADABLE) from error
    return sorted(set(_names(tree)))


def _texts(data: bytes) -> Iterator[str]:
    """Body, headers and footers with their braces made whole, as the filling will see them."""
    template = DocxTemplate(io.BytesIO(data))
    template.init_docx()
    yield template.patch_xml(template.get_xml())
    for kind in (template.HEADER_URI, template.FOOTER_URI):
        for _key, part in template.get_headers_footers(kind):
            yield template.patch_xml(template.xml_to_string(parse_xml(part.blob)))


def _names(tree: nodes.Template) -> Iterator[str]:
    within: set[int] = set()
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _PLAIN):
            raise Refusal(Reason.TEMPLATE_LOGIC, type(node).__name__)
        if isinstance(node, nodes.Getattr):
            if not isinstance(node.node, nodes.Name):
                raise Refusal(Reason.TEMPLATE_LOGIC, node.attr)
            within.add(id(node.node))
            yield f"{node.node.name}.{node.attr}"
        elif isinstance(node, nodes.Name) and id(node) not in within:
            yield node.name


def fill(data: bytes, values: Mapping[str, Any], qr: bytes = b"") -> bytes:
    """The template with these values in place; ``qr`` is a picture that stands where the template says ``{{ qr }}``.

    Raises:
        Refusal: as `fields_of`, or when it names a value that is not there.
    """
    fields_of(data)
    template = DocxTemplate(io.BytesIO(data))
    template.init_docx()
    picture = InlineImage(template, io.BytesIO(qr), width=QR_SIZE) if qr else ""
    out = io.BytesIO()
    try:
        template.render({**values, "qr": picture}, jinja_env=_environment(), autoescape=True)
        template.save(out)
    except TemplateError as error:
        raise Refusal(Reason.TEMPLATE_BROKEN, str(error)[:120]) from error
    except _BROKEN as error:
        raise Refusal(Reason.UNREADABLE) from error
    return out.getvalue()
