"""Words of exports."""

from __future__ import annotations

from enum import StrEnum


class ExportKind(StrEnum):
    """What is made: a list, the ledger, what an authority may have, what a leaving institution takes along, a copy."""

    DISCLOSURE = "disclosure"
    LEAVING = "leaving"
    LEDGER = "ledger"
    LIST = "list"
    PERSONAL = "personal"


# Who makes each kind: ``(job, path, told) -> None``. By name, because the pages that know the lists stand above.
BUILDERS: dict[ExportKind, str] = {
    ExportKind.DISCLOSURE: "guanhao.privacy.disclosing.write_disclosure",
    ExportKind.LEAVING: "guanhao.removal.leaving.write_last_export",
    ExportKind.LEDGER: "guanhao.web.exporting.write_ledger",
    ExportKind.LIST: "guanhao.web.exporting.write_list",
    ExportKind.PERSONAL: "guanhao.privacy.copying.write_copy",
}
SUFFIX = {
    ExportKind.PERSONAL: ".zip",
    ExportKind.DISCLOSURE: ".zip",
    ExportKind.LEAVING: ".zip",
    ExportKind.LEDGER: ".zip",
    ExportKind.LIST: ".xlsx",
}
