"""The `guanhao` command: names of sub-commands and the modules that carry them out, loaded only when called."""

import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS: dict[str, tuple[str, str]] = {
    "audit": ("guanhao.commands.audit", "台账：核验、导出、证明 / the ledger: verify, export, prove"),
    "names": ("guanhao.screening.namescli", "账号名称：是否冒用 / account names that look like ours"),
    "proof": ("guanhao.screening.proof.cli", "校对模型：训练、定阈值、衡量 / the proofreading model"),
    "proofread": ("guanhao.screening.proofreadcli", "校对文件 / proofread files"),
    "rulebook": ("guanhao.rulebook.cli", "制度文件：检查、查看、落实情况、比较、格式 / rulebook files"),
    "screen": (
        "guanhao.screening.cli",
        "审查文件：词库、个人信息、密级、数字、措辞、链接、错别字 / screen files",
    ),
}
USAGE_ERROR = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command with the rest of the arguments; its module has a ``main(argv) -> int``.

    Returns:
        The sub-command's exit code, or 2 for a wrong call.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in COMMANDS:
        module, _ = COMMANDS[arguments[0]]
        return int(import_module(module).main(arguments[1:]))
    asked = arguments in (["-h"], ["--help"])
    (sys.stdout if asked else sys.stderr).write(_usage())
    return 0 if asked else USAGE_ERROR


def _usage() -> str:
    lines = ["guanhao COMMAND …", *(f"  {name:<10} {help_text}" for name, (_, help_text) in COMMANDS.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
