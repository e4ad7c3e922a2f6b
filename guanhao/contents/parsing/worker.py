"""The process that opens hostile files: bounds on itself first, then one task from standard input to standard output."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

from guanhao.contents.parsing import archives, codes, images, markup, templates, word
from guanhao.contents.parsing.frames import Frame
from guanhao.contents.parsing.refusals import Reason, Refusal

CPU_SECONDS = 5
MEMORY = 300 * 1024 * 1024  # beyond what the interpreter and the libraries map at start


def limit() -> None:
    """Bound processor time, memory, files and core dumps for good (CF7)."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY + _mapped(), MEMORY + _mapped()))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _mapped() -> int:
    """Bytes of address space in use: shared libraries count there although they cost nothing."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - pathlib is not imported here.
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 256 * 1024 * 1024


def main(name: str) -> int:
    """Do one task and answer it with a frame, whatever the answer is."""
    limit()
    try:
        answer = TASKS[name](Frame.unpacked(sys.stdin.buffer.read()))
    except Refusal as refusal:
        answer = Frame({"refused": refusal.reason.value, "detail": refusal.detail})
    except (MemoryError, RecursionError):
        answer = Frame({"refused": Reason.TOO_HEAVY.value, "detail": ""})
    sys.stdout.buffer.write(answer.packed())
    return 0


def _picture(asked: Frame) -> Frame:
    picture = images.redraw(asked.blobs[0])
    told = {"mime": picture.mime, "width": picture.width, "height": picture.height}
    return Frame(told, (picture.data,))


def _word(asked: Frame) -> Frame:
    html, pictures = word.convert(asked.blobs[0])
    return Frame({"html": html}, tuple(pictures))


def _archive(asked: Frame) -> Frame:
    archives.inspect(asked.blobs[0])
    return Frame({})


def _codes(asked: Frame) -> Frame:
    return Frame({"texts": codes.texts_in(asked.blobs[0])})


def _template(asked: Frame) -> Frame:
    return Frame({"fields": templates.fields_of(asked.blobs[0])})


def _fill(asked: Frame) -> Frame:
    data, qr = asked.blobs
    return Frame({}, (templates.fill(data, asked.value["values"], qr),))


def _markup(asked: Frame) -> Frame:
    return Frame({"html": markup.inlined(str(asked.value["html"]))})


TASKS: dict[str, Callable[[Frame], Frame]] = {
    "archive": _archive,
    "codes": _codes,
    "fill": _fill,
    "markup": _markup,
    "picture": _picture,
    "template": _template,
    "word": _word,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
