"""The `guanhao` command: names of sub-commands and the modules that carry them out, loaded only when called."""

import sys
from collections.abc import Sequence
from importlib import import_module

_MANAGED, _DISTRIBUTED = "guanhao.commands.managed", "guanhao.commands.distributed"
# Modules that carry several commands: their ``main`` is told which.
_SEVERAL = frozenset({_MANAGED, _DISTRIBUTED})

COMMANDS: dict[str, tuple[str, str]] = {
    "audit": ("guanhao.commands.audit", "台账：核验、导出、证明 / the ledger: verify, export, prove"),
    "backup": (_MANAGED, "备份：运行中一致的副本，不含密钥 / a consistent copy while running, without keys"),
    "celery": (_DISTRIBUTED, "分布式运行：Celery 进程 / the distributed runner's workers"),
    "check": (_MANAGED, "检查安装，逐项给出处理办法 / check this installation"),
    "create-institution": (_MANAGED, "建立机构 / found an institution under its rulebook"),
    "duties": (_MANAGED, "待办义务：从台账重建 / duties: make them again from the ledger"),
    "init-keys": (_MANAGED, "首次安装时建立密钥 / make the keys of a new installation"),
    "jobs": (_MANAGED, "发布任务及每次发送、核对 / publishing jobs with attempts and looks"),
    "migrate": (_MANAGED, "升级数据库 / bring the database to this version"),
    "names": ("guanhao.screening.namescli", "账号名称：是否冒用 / account names that look like ours"),
    "proof": ("guanhao.screening.proof.cli", "校对模型：训练、定阈值、衡量 / the proofreading model"),
    "proofread": ("guanhao.screening.proofreadcli", "校对文件 / proofread files"),
    "reconcile": (_MANAGED, "立即核对未定的发布任务，只读 / look up every unsettled job now, read-only"),
    "rekey": (_MANAGED, "更换主密钥，不停机 / rotate the key-encryption key while running"),
    "remove-institution": (_MANAGED, "执行到期的单位退出 / carry out removals that two people confirmed"),
    "restore": (_MANAGED, "从备份恢复，发布暂停待确认 / restore a backup; publishing starts held"),
    "rulebook": ("guanhao.rulebook.cli", "制度文件：检查、查看、落实情况、比较、格式 / rulebook files"),
    "screen": (
        "guanhao.screening.cli",
        "审查文件：词库、个人信息、密级、数字、措辞、链接、错别字 / screen files",
    ),
    "wake": (_DISTRIBUTED, "分布式运行：唤醒与代办 / the distributed runner's bell and fallback"),
    "worker": (_MANAGED, "后台程序 / background work"),
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
        return _run(module, arguments)
    asked = arguments in (["-h"], ["--help"])
    (sys.stdout if asked else sys.stderr).write(_usage())
    return 0 if asked else USAGE_ERROR


def _run(name: str, arguments: Sequence[str]) -> int:
    """Load the module and call it; a setting that stops the process says its sentence and counts as a wrong call."""
    try:
        module = import_module(name)
        told = {"name": arguments[0]} if name in _SEVERAL else {}
        return int(module.main(arguments[1:], **told))
    except SystemExit as left:
        if not isinstance(left.code, str):
            raise
        sys.stderr.write(f"{left.code}\n")
        return USAGE_ERROR


def _usage() -> str:
    lines = ["guanhao COMMAND …", *(f"  {name:<18} {help_text}" for name, (_, help_text) in COMMANDS.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
