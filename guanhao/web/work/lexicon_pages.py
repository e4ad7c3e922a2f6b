"""The institution's lists as pages: terms, entries, allowed wordings; and a list between its upload and its import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.core import randomness
from guanhao.core.text import Text
from guanhao.core.verdicts import Refused
from guanhao.lexicon.actions import Change, compare
from guanhao.lexicon.models import Allowance, Entry, ListedTerm, Versioned
from guanhao.lexicon.types import EntryKind, TermForce
from guanhao.screening.force import Force
from guanhao.screening.packs import Pack
from guanhao.screening.termfiles import TermsRead, parse_terms
from guanhao.web.forms.articles import named
from guanhao.web.lists import Bulk, Column, Empty, Filter, ListSpec, Tab
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.hitwords import CLASS_WORDS, class_word

Rows = QuerySet[Any]
R = TypeVar("R", bound=Versioned)
KEPT_SECONDS = 3600
MOST_BYTES = 20 * 2**20
SHOWN_FAULTS, SHOWN_TERMS = 200, 20


def term_list(viewer: Viewer) -> ListSpec:
    """Terms in force and those that were, filtered by family and force."""
    families = named(viewer.rulebook.term_families)
    titles = dict(families)
    empty = Empty(
        why=_("词库还是空的。"),
        hint=_("本系统不附带任何词表；请导入学校自己的词库，或逐条添加。"),
        action=_("导入词库"),
        address=reverse("terms_import"),
    )
    return ListSpec(
        title=_("词条"),
        columns=(
            Column(key="text", label=_("词语"), value=lambda row: row.text, sort=("text",), main=True),
            Column(
                key="family",
                label=_("类别"),
                value=lambda row: titles.get(row.family, row.family),
                sort=("family",),
            ),
            Column(key="force", label=_("力度"), value=lambda row: row.get_force_display(), sort=("force",)),
            Column(key="from", label=_("生效日期"), value=lambda row: row.valid_from, usual=False),
            Column(
                key="until", label=_("失效日期"), value=lambda row: row.valid_until, sort=("valid_until",)
            ),
            Column(key="allow", label=_("例外"), value=lambda row: "、".join(row.allow)),
            Column(key="note", label=_("备注"), value=lambda row: row.note, on_phone=False),
            *_provenance(),
        ),
        empty=empty,
        order=("-added_in",),
        tabs=_tabs(empty),
        filters=(
            Filter(
                key="family",
                label=_("类别"),
                choices=tuple(families),
                apply=lambda rows, value: rows.filter(family=value),
            ),
            Filter(
                key="force",
                label=_("力度"),
                choices=tuple((str(value), label) for value, label in TermForce.choices),
                apply=lambda rows, value: rows.filter(force=value),
            ),
        ),
        search=("text", "note"),
        bulk=_bulk("terms"),
        template="web/screening/terms.html",
    )


def entry_list() -> ListSpec:
    """Confusables, leaders, names and shapes; a tab for each kind."""
    empty = Empty(
        why=_("还没有条目。"),
        hint=_("易错词、领导名单、单位旧名、号码格式和受保护名称都记在这里。"),
        action=_("添加条目"),
        address=reverse("entry_new"),
    )
    return ListSpec(
        title=_("条目"),
        columns=(
            Column(key="text", label=_("词或姓名"), value=lambda row: row.text, sort=("text",), main=True),
            Column(key="kind", label=_("类型"), value=lambda row: row.get_kind_display(), sort=("kind",)),
            Column(key="meaning", label=_("正确写法或职务"), value=lambda row: row.meaning),
            Column(
                key="rank", label=_("排序"), value=lambda row: row.rank or "", sort=("rank",), number=True
            ),
            Column(key="since", label=_("任职起"), value=lambda row: row.since),
            Column(key="until", label=_("任职止"), value=lambda row: row.until),
            Column(key="note", label=_("备注"), value=lambda row: row.note, on_phone=False),
            *_provenance(),
        ),
        empty=empty,
        order=("kind", "rank", "text"),
        tabs=_tabs(empty),
        filters=(
            Filter(
                key="kind",
                label=_("类型"),
                choices=tuple((str(value), label) for value, label in EntryKind.choices),
                apply=lambda rows, value: rows.filter(kind=value),
            ),
        ),
        search=("text", "meaning", "note"),
        bulk=_bulk("entries"),
        template="web/screening/entries.html",
    )


def allowance_list() -> ListSpec:
    """Wordings that units have called right."""
    empty = Empty(
        why=_("还没有列入“不是错误”的文字。"),
        hint=_("写稿或审核时点“不是错误”，就记到这里，对该单位和下级单位生效。"),
    )
    return ListSpec(
        title=_("不是错误"),
        columns=(
            Column(key="wording", label=_("文字"), value=lambda row: row.wording, main=True),
            Column(key="class", label=_("分类"), value=lambda row: class_word(row.hit_class)),
            Column(key="unit", label=_("单位"), value=lambda row: row.unit.name, sort=("unit__name",)),
            Column(key="reason", label=_("理由"), value=lambda row: row.reason),
            *_provenance(),
        ),
        empty=empty,
        order=("-added_in",),
        tabs=_tabs(empty),
        filters=(
            Filter(
                key="class",
                label=_("分类"),
                choices=tuple((key, label) for key, label in CLASS_WORDS.items() if key),
                apply=lambda rows, value: rows.filter(hit_class=value),
            ),
        ),
        search=("wording", "reason", "unit__name"),
        bulk=_bulk("allowances"),
        template="web/screening/allowances.html",
    )


def _tabs(empty: Empty) -> tuple[Tab, ...]:
    """What is in use, which may be empty as if nothing had ever been there, and what was removed."""
    return (
        Tab(key="now", label=_("在用"), apply=lambda rows: rows.filter(removed_in__isnull=True), empty=empty),
        Tab(key="gone", label=_("已移除"), apply=lambda rows: rows.filter(removed_in__isnull=False)),
    )


def _bulk(rows: str) -> tuple[Bulk, ...]:
    """What is in use may be removed, and what was removed put back."""
    return (
        Bulk(label=_("移除"), address=reverse(f"{rows}_remove"), tabs=("now",)),
        Bulk(label=_("恢复"), address=reverse(f"{rows}_restore"), tabs=("gone",)),
    )


def _provenance() -> tuple[Column, ...]:
    return (
        Column(key="by", label=_("添加人"), value=lambda row: row.added_by.name if row.added_by else ""),
        Column(key="at", label=_("添加时间"), value=lambda row: row.added_at, sort=("added_in",), tight=True),
        Column(key="version", label=_("版本"), value=lambda row: row.added_in, number=True, usual=False),
    )


def term_rows() -> QuerySet[ListedTerm]:
    """All terms the institution has or had."""
    return ListedTerm.objects.select_related("added_by")


def entry_rows() -> QuerySet[Entry]:
    """All entries."""
    return Entry.objects.select_related("added_by")


def allowance_rows() -> QuerySet[Allowance]:
    """All allowed wordings."""
    return Allowance.objects.select_related("added_by", "unit")


@dataclass(frozen=True, slots=True)
class Upload:
    """A list that was uploaded and not taken yet."""

    name: str
    family: str
    force: Force
    data: bytes

    def read(self) -> TermsRead:
        """Its terms and its faults."""
        return parse_terms(self.name, self.data, family=self.family, force=self.force)


def upload_of(values: Mapping[str, Any]) -> Upload | None:
    """What the form brought: a list of ours, or a file; nothing where the file is too large."""
    family, force = values["family"], Force(values["force"])
    if values["pack"]:
        pack = Pack(values["pack"])
        return Upload(pack.file_name, family, force, pack.data())
    file = values["file"]
    return Upload(file.name, family, force, file.read()) if file.size <= MOST_BYTES else None


def keep(viewer: Viewer, upload: Upload) -> str:
    """Keep an upload for an hour; answers the token of its page."""
    token = randomness.token_hex(12)
    cache.set(
        _key(viewer, token), (upload.name, upload.family, upload.force.value, upload.data), KEPT_SECONDS
    )
    return token


def kept(viewer: Viewer, token: str) -> Upload:
    """The upload; `Http404` when it is another person's, was taken, or an hour has passed."""
    found = cache.get(_key(viewer, token))
    if found is None:
        raise Http404
    name, family, force, data = found
    return Upload(name, family, Force(force), data)


def forget(viewer: Viewer, token: str) -> None:
    """Drop an upload that was taken."""
    cache.delete(_key(viewer, token))


def dry_run(viewer: Viewer, read: TermsRead) -> dict[str, Any]:
    """What taking the list would change, or every fault of it by its line; families no clause knows are faults too."""
    known = viewer.rulebook.term_families
    strange = sorted({term.family for term in read.terms} - set(known))
    titles = "、".join(said(family.title) for family in known.values())
    problems = [*read.problems, *(_strange(family, titles) for family in strange)]
    change: Change | None = None if problems else compare(read.terms)
    return {
        "faults": [said(problem) for problem in problems[:SHOWN_FAULTS]],
        "fault_count": len(problems),
        "change": change,
        "sample": read.terms[:SHOWN_TERMS],
        "count": len(read.terms),
    }


def by_title(viewer: Viewer) -> dict[str, str]:
    """What people write for a family: its key, its Chinese and its English title."""
    words: dict[str, str] = {}
    for key, family in viewer.rulebook.term_families.items():
        words |= {key: key, family.title.zh: key, family.title.en: key}
    words.pop("", None)
    return words


def with_family_keys(viewer: Viewer, read: TermsRead) -> TermsRead:
    """The same list with families by their key: people write the title."""
    keys = by_title(viewer)
    terms = tuple(replace(term, family=keys.get(term.family, term.family)) for term in read.terms)
    return TermsRead(terms, read.problems)


def chosen(rows: QuerySet[R], keys: list[str]) -> list[R]:
    """The chosen rows that are still in force; what is no key of theirs is passed over (TN2)."""
    return list(_named(rows, keys).filter(removed_in__isnull=True))


def chosen_gone(rows: QuerySet[R], keys: list[str]) -> list[R]:
    """The chosen rows that were removed."""
    return list(_named(rows, keys).filter(removed_in__isnull=False))


def _named(rows: QuerySet[R], keys: list[str]) -> QuerySet[R]:
    return rows.filter(pk__in=[key for key in keys if key.isdecimal()])


def sentence(refusal: Refused) -> str:
    """Why something was refused, in the language of the page."""
    return said(refusal.denied.reason)


def _strange(family: str, titles: str) -> Text:
    return Text(
        zh=f"制度里没有词库类别“{family}”。可用：{titles}。",
        en=f"The rulebook has no family “{family}”. It has: {titles}.",
    )


def _key(viewer: Viewer, token: str) -> str:
    return f"terms:{viewer.institution.pk}:{viewer.person.pk}:{token}"
