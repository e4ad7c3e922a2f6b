"""Hands a stranger's file to a process that can be killed, and says in words why it was not taken (CF7)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from guanhao.contents.parsing.frames import BadFrame, Frame
from guanhao.contents.parsing.refusals import Reason
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused

# Wall-clock time, start of the interpreter included; the work itself has five seconds of processor time.
SECONDS = 10
_ROOT = Path(__file__).resolve().parents[2]

_WORDS: dict[Reason, Text] = {
    Reason.UNREADABLE: Text(zh="文件已损坏或无法读取。", en="The file is damaged or cannot be read."),
    Reason.NOT_A_PICTURE: Text(
        zh="只接受 JPEG、PNG、GIF、WebP 图片。", en="Only JPEG, PNG, GIF and WebP pictures are taken."
    ),
    Reason.TOO_MANY_PIXELS: Text(
        zh="图片像素太多，请缩小后再上传。", en="The picture has too many pixels; make it smaller."
    ),
    Reason.TOO_MANY_FRAMES: Text(
        zh="动图帧数太多，请缩短后再上传。", en="The moving picture has too many frames; shorten it."
    ),
    Reason.TOO_LARGE: Text(zh="文件太大。", en="The file is too large."),
    Reason.TOO_HEAVY: Text(
        zh="处理文件所需的时间或内存超过上限。", en="The file takes more time or memory than is allowed."
    ),
    Reason.NOT_A_DOCUMENT: Text(zh="不是有效的 .docx 文档。", en="This is not a valid .docx document."),
    Reason.ZIP_BOMB: Text(zh="文档解压后过大，已拒绝。", en="Unpacked, the document would be far too large."),
    Reason.UNSAFE_PATH: Text(zh="文档内有不安全的路径，已拒绝。", en="The document contains unsafe paths."),
    Reason.MACROS: Text(
        zh="文档含宏或程序，请另存为普通 .docx。",
        en="The document contains macros or programs; save it as a plain .docx.",
    ),
    Reason.EMBEDDED: Text(
        zh="文档内嵌了其他文件（OLE 对象），请删除后再导入。",
        en="The document embeds other files (OLE objects); remove them.",
    ),
    Reason.EXTERNAL: Text(
        zh="文档会从外部取内容，请断开链接后再导入。",
        en="The document fetches content from elsewhere; break those links.",
    ),
    Reason.ENTITIES: Text(zh="文档的 XML 声明了实体，已拒绝。", en="The document's XML declares entities."),
    Reason.NESTED: Text(zh="文档内含压缩包，已拒绝。", en="The document contains another archive."),
    Reason.TEMPLATE_BROKEN: Text(
        zh="模板里的花括号写得不完整或有误。", en="The braces in the template are incomplete or mistaken."
    ),
    Reason.TEMPLATE_LOGIC: Text(
        zh="模板里只能写字段名和“如果”，不能写循环、计算或调用。",
        en="A template may name fields and say if; it may not loop, compute or call.",
    ),
}


class FileRefused(Refused):
    """A file is not taken; carries the reason as a word for tests and as a sentence for people."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        text = _WORDS[reason]
        where = f"（{detail}）" if detail else ""
        super().__init__(
            Denied(Text(zh=f"{text.zh}{where}", en=f"{text.en} ({detail})" if detail else text.en))
        )
        self.reason = reason


def run(task: str, value: dict[str, Any], *blobs: bytes) -> Frame:
    """Do one task of `parsing.worker` in its own process and answer what it answered.

    Raises:
        FileRefused: the worker refuses the file, or had to be killed over it.
    """
    asked = Frame(dict(value), blobs).packed()
    command = [sys.executable, "-m", "guanhao.contents.parsing.worker", task]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell, no user's word in the command.
            command,
            input=asked,
            capture_output=True,
            cwd=_ROOT,
            env=_ENVIRONMENT,
            timeout=SECONDS,
            check=False,
        )
        answer = Frame.unpacked(done.stdout)
    except (subprocess.TimeoutExpired, BadFrame) as error:
        raise FileRefused(Reason.TOO_HEAVY) from error
    if "refused" in answer.value:
        raise FileRefused(Reason(answer.value["refused"]), str(answer.value.get("detail", "")))
    return answer


# The worker inherits nothing: no keys, no database, no proxies.
_ENVIRONMENT = {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
