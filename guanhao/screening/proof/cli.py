"""`guanhao proof`: train, calibrate and measure the proofreader."""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from guanhao.core.text import Text
from guanhao.screening import characters
from guanhao.screening.files import CannotRead, lines_of, plain_text
from guanhao.screening.proof import modelfile
from guanhao.screening.proof.calibration import DEFAULT_BUDGET, at_least, calibrated
from guanhao.screening.proof.measuring import BadPairs, Measured, Score, measure_all, read_pairs
from guanhao.screening.proof.mistakes import planted
from guanhao.screening.proof.modelfile import BadModelFile, ProofModel
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.proof.shapes import compare
from guanhao.screening.proof.training import left_for_calibration, train, with_archive
from guanhao.screening.speaking import complain, of_system, offer_language


def main(argv: Sequence[str]) -> int:
    """Run one of the sub-commands. 0 done, 2 unreadable input."""
    asked = _parser().parse_args(argv)
    try:
        asked.run(asked)
    except (BadPairs, BadModelFile, CannotRead) as fault:
        complain(fault.sentence, asked.lang)
        return 2
    except OSError as fault:
        complain(of_system(fault), asked.lang)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="guanhao proof", description="校对模型 / the proofreading model")
    parts = parser.add_subparsers(required=True)
    bench = parts.add_parser("bench", help="用句对文件衡量 / measure on pairs")
    bench.add_argument("pairs", type=Path, nargs="+", help='JSON [["错", "对"], …] 或制表符分隔')
    bench.add_argument("--model", type=Path)
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(run=_bench)
    make = parts.add_parser("train", help="从法规文本训练自带模型，或从本单位已发布稿件训练 / train")
    make.add_argument("--text", type=Path, help="法规文本（每行一句，可为 xz）/ law text")
    make.add_argument(
        "--foreign-from", type=int, help="此行起为另一类文本 / first line of another kind of text"
    )
    make.add_argument("--archive", type=Path, nargs="+", help="本单位已发布的文本文件 / published texts")
    make.add_argument("--model", type=Path, help="在此模型上加读 / the model an archive is added to")
    make.add_argument("--budget", type=float, default=DEFAULT_BUDGET)
    make.add_argument("--out", type=Path, required=True)
    make.set_defaults(run=_train)
    calibrate = parts.add_parser(
        "calibrate", help="用本单位无误的文本定阈值 / set thresholds from clean text"
    )
    calibrate.add_argument("clean", type=Path, help="无误的文本，每行一句；或句对文件（.json）")
    calibrate.add_argument(
        "--pairs",
        type=Path,
        help="有错句的句对，用来定“提示”的阈值，也用来定 --precision / pairs with mistakes",
    )
    calibrate.add_argument("--budget", type=float, default=DEFAULT_BUDGET, help="允许误碰的句子占比")
    calibrate.add_argument(
        "--precision",
        type=float,
        default=0.0,
        help="“警告”在句对上至少应有的正确率 / least precision of warnings",
    )
    calibrate.add_argument("--model", type=Path)
    calibrate.add_argument("--out", type=Path, required=True)
    calibrate.set_defaults(run=_calibrate)
    for part in (bench, make, calibrate, *_makers_of_data(parts)):
        offer_language(part)
    return parser


def _makers_of_data(parts: Any) -> tuple[argparse.ArgumentParser, ...]:
    """The sub-commands whose results are data: sentences with mistakes, look-alikes, forms and readings."""
    plant = parts.add_parser(
        "plant", help="在无误的文本中每隔一句放一个错字，供衡量用 / put mistakes into clean text, for bench"
    )
    plant.add_argument("clean", type=Path, help="无误的文本，每行一句；或句对文件（.json）")
    plant.add_argument("--seed", type=int, default=7)
    plant.add_argument("--out", type=Path, required=True)
    plant.set_defaults(run=_plant)
    shapes = parts.add_parser("shapes", help="由字体测出形近字 / measure look-alikes from typefaces")
    shapes.add_argument("fonts", type=Path, nargs="+")
    shapes.add_argument("--out", type=Path, required=True)
    shapes.set_defaults(run=_shapes)
    known = parts.add_parser(
        "characters",
        help="由所装软件包写出字形与读音 / write down forms and readings as the packages have them",
    )
    known.add_argument("--out", type=Path, required=True)
    known.set_defaults(run=_characters)
    return plant, shapes, known


def _bench(asked: argparse.Namespace) -> None:
    proofreader = Proofreader(model=_model(asked.model))
    for path in asked.pairs:
        for level, measured in measure_all(proofreader, read_pairs(path)).items():
            figures = _figures(measured)
            if asked.json:
                _say(json.dumps({"file": path.name, "level": level.value, **figures}, ensure_ascii=False))
            else:
                _say(f"{path.name} · {level.value}")
                for name, value in figures.items():
                    _say(f"  {name:<24}{_shown(value, asked.lang)}")


def _shown(value: Any, language: str) -> str:
    if not isinstance(value, dict):
        return str(value)
    shares = "  ".join(f"{key[0].upper()} {value[key]:7.2%}" for key in ("precision", "recall", "f1"))
    right, marked, wrong = value["right"], value["marked"], value["wrong"]
    counts = Text(
        zh=f"标出 {marked}，其中正确 {right}；共有错 {wrong}",
        en=f"{right} right of {marked} marked, {wrong} wrong in all",
    )
    return f"{shares}   {counts.in_language(language)}"


def _figures(measured: Measured) -> dict[str, Any]:
    return {
        name: {
            key: round(getattr(value, key), 4) for key in ("precision", "recall", "f1")
        } | asdict(value) if isinstance(value, Score) else round(value, 1)
        for name, value in ((name, getattr(measured, name)) for name in measured.__slots__)
    }  # fmt: skip


def _train(asked: argparse.Namespace) -> None:
    if asked.archive:
        lines = [line for path in asked.archive for line in lines_of(path)]
        base = _model(asked.model)
        model = with_archive(base, lines, report=lambda said: complain(said, asked.lang))
        clean = left_for_calibration(lines)
        model = calibrated(model, clean, budget=asked.budget, by=f"{len(clean)} lines of the archive")
        model = at_least(model, base, len(clean), asked.budget)
    else:
        lines = _packed_lines(asked.text)
        model = train(
            lines,
            foreign_from=asked.foreign_from or len(lines) // 2,
            report=lambda said: complain(said, asked.lang),
        )
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        model = replace(
            model, made_by={"lines": len(lines), "sha256": digest, "foreign_from": asked.foreign_from}
        )
    _keep(model, asked)


def _calibrate(asked: argparse.Namespace) -> None:
    clean = _clean_lines(asked.clean)
    pairs = read_pairs(asked.pairs) if asked.pairs else ()
    by = f"{len(clean)} clean sentences, budget {asked.budget}"
    if pairs and asked.precision:
        by += f"; {len(pairs)} pairs, precision {asked.precision}"
    model = calibrated(
        _model(asked.model), clean, budget=asked.budget, pairs=pairs, precision=asked.precision, by=by
    )
    warn, hint = model.thresholds.warn, model.thresholds.hint
    said = Text(zh=f"警告阈值 {warn:.3f}，提示阈值 {hint:.3f}", en=f"warn at {warn:.3f}, hint at {hint:.3f}")
    complain(said, asked.lang)
    _keep(model, asked)


def _clean_lines(path: Path) -> list[str]:
    if path.suffix == ".json":
        return sorted({source for source, _ in read_pairs(path)})
    return lines_of(path)


def _plant(asked: argparse.Namespace) -> None:
    model = modelfile.delivered()
    chance = np.random.default_rng(asked.seed)
    pairs = planted(_clean_lines(asked.clean), model.confusions, model.language.unigrams, chance)
    asked.out.write_text(json.dumps(pairs, ensure_ascii=False, indent=0), encoding="utf-8")
    wrong = sum(one != other for one, other in pairs)
    said = Text(
        zh=f"{asked.out.name}：{len(pairs)} 对句子，{wrong} 处错字",
        en=f"{asked.out.name}: {len(pairs)} pairs, {wrong} mistakes",
    )
    complain(said, asked.lang)


def _shapes(asked: argparse.Namespace) -> None:
    asked.out.write_text("\n".join(compare(asked.fonts)) + "\n", encoding="utf-8")


def _characters(asked: argparse.Namespace) -> None:
    asked.out.write_text("\n".join(characters.asked_again()) + "\n", encoding="utf-8")


def _keep(model: ProofModel, asked: argparse.Namespace) -> None:
    path: Path = asked.out
    modelfile.save(model, path)
    size, digest = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
    said = Text(
        zh=f"{path.name}：{size} 字节，sha256 {digest}", en=f"{path.name}: {size} bytes, sha256 {digest}"
    )
    complain(said, asked.lang)


def _model(path: Path | None) -> ProofModel:
    return modelfile.load(path) if path else modelfile.delivered()


def _packed_lines(path: Path | None) -> list[str]:
    if path is None:
        raise CannotRead(
            Text(
                zh="请写明读什么：--text 法规文本，或 --archive 已发布的文本。",
                en="Say what to read: --text for law text, or --archive for published texts.",
            )
        )
    if path.suffix == ".xz":
        try:
            return lzma.decompress(path.read_bytes()).decode("utf-8").split("\n")
        except (lzma.LZMAError, UnicodeDecodeError) as fault:
            raise CannotRead(
                Text(zh=f"{path}：不是用 xz 压缩的 UTF-8 文本。", en=f"{path}: no UTF-8 text packed with xz")
            ) from fault
    return plain_text(path).split("\n")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
