"""Words of exports."""

from __future__ import annotations

from enum import StrEnum


class ExportKind(StrEnum):
    """What is made: a list as a workbook, the ledger as a bundle that proves itself, what an authority is entitled to, a person's copy."""

    DISCLOSURE = "disclosure"
    LEDGER = "ledger"
    LIST = "list"
    PERSONAL = "personal"


# Who makes each kind: ``(job, path, told) -> None``. By name, because the pages that know the lists stand above.
BUILDERS: dict[ExportKind, str] = {
    ExportKind.DISCLOSURE: "guanhao.privacy.disclosing.write_disclosure",
    ExportKind.LEDGER: "guanhao.web.exporting.write_ledger",
    ExportKind.LIST: "guanhao.web.exporting.write_list",
    ExportKind.PERSONAL: "guanhao.privacy.copying.write_copy",
}
SUFFIX = {
    ExportKind.PERSONAL: ".zip",
    ExportKind.DISCLOSURE: ".zip",
    ExportKind.LEDGER: ".zip",
    ExportKind.LIST: ".xlsx",
}
