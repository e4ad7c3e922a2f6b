"""Lists and drafts from files: every fault is told with its line, hostile files are refused."""

import zipfile
from datetime import date

import docx
import pytest
import xlsxwriter

from guanhao.cli import main
from guanhao.screening.files import CannotRead, lines_of, views_of
from guanhao.screening.force import Force
from guanhao.screening.speaking import language_of
from guanhao.screening.termfiles import BadTermFile, read_terms


def test_a_text_list_has_one_term_a_line(tmp_path):
    """Comments and blank lines are none."""
    path = tmp_path / "list.txt"
    path.write_bytes("刷单\n\n# 说明\n 加微信 \n".encode("gb18030"))
    assert [term.text for term in read_terms(path, family="spam", added_by="张三")] == ["刷单", "加微信"]


def test_a_csv_list_gives_every_column(tmp_path):
    """In any order, in Chinese."""
    path = tmp_path / "list.csv"
    path.write_text(
        "类别,词语,力度,生效日期,失效日期,例外,备注\nad,最佳,拦截,2026-01-01,2026年12月31日,最佳人选|最佳实践,广告法\n",
        encoding="utf-8-sig",
    )
    (term,) = read_terms(path, family="x")
    assert (term.family, term.force, term.valid_from, term.valid_until) == (
        "ad",
        Force.BLOCK,
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    assert term.allow == ("最佳人选", "最佳实践")


def test_an_xlsx_list_reads_figures_as_they_are_seen(tmp_path):
    """110 is not 110.0."""
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["term", "force"])
        sheet.write_row(1, 0, [110, "hint"])
    (term,) = read_terms(path, family="x")
    assert (term.text, term.force) == ("110", Force.HINT)


def test_every_fault_is_told_with_its_line_and_nothing_is_taken(tmp_path):
    """So that a list is mended once."""
    path = tmp_path / "list.csv"
    path.write_text(
        "term,force,from\n好,block,\n***,,\n坏,never,\n错,,2026-02-30\n" + "长" * 61 + ",,\n",
        encoding="utf-8",
    )
    with pytest.raises(BadTermFile) as refused:
        read_terms(path, family="x")
    assert [problem.zh[:5] for problem in refused.value.problems] == [
        "第 3 行",
        "第 4 行",
        "第 5 行",
        "第 6 行",
    ]


def test_a_table_without_the_term_column_and_a_broken_workbook_are_refused(tmp_path):
    """With a sentence."""
    for name, data in (("a.csv", b"x,y\n1,2\n"), ("b.xlsx", b"PK nonsense"), ("c.txt", b"\xff\xfe\x81")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(BadTermFile):
            read_terms(path, family="x")


def test_a_word_file_is_read_as_its_paragraphs(tmp_path):
    """Runs are joined, entities are characters."""
    document = docx.Document()
    paragraph = document.add_paragraph("参加")
    paragraph.add_run("竟").bold = True
    paragraph.add_run("赛 & <b>")
    document.add_paragraph("第二段")
    path = tmp_path / "draft.docx"
    document.save(str(path))
    assert lines_of(path) == ["参加竟赛 & <b>", "第二段"]


@pytest.mark.requirement("CF4")
def test_word_files_that_unpack_to_too_much_or_are_none_are_refused(tmp_path):
    """Bombs and renamed files; entities are not resolved."""
    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (21 * 2**20))
    none = tmp_path / "none.docx"
    none.write_bytes(b"nothing")
    entity = tmp_path / "entity.docx"
    with zipfile.ZipFile(entity, "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><w:p><w:t>&a;</w:t></w:p>',
        )
    for path in (bomb, none):
        with pytest.raises(CannotRead):
            views_of(path)
    assert views_of(entity)[0].text == "&a;\n"


UNREADABLE = [
    (["screen", "{missing}"], "missing"), (["screen", "{noise}"], "neither UTF-8 nor GB18030"), (["screen", "{folder}"], "directory"),
    (["proofread", "{fake}"], "no Word document"), (["screen", "{text}", "--terms", "{missing}"], "missing"),
    (["screen", "{text}", "--model", "{text}"], "no model file"), (["proof", "bench", "{missing}"], "missing"),
    (["proof", "bench", "{noise}"], "neither UTF-8 nor GB18030"), (["proof", "bench", "{text}"], "must be a pair"),
    (["proof", "bench", "{half}"], "no whole JSON list"), (["proof", "train", "--out", "{out}"], "--text"),
    (["proof", "train", "--text", "{noise}", "--out", "{out}"], "neither"), (["proof", "train", "--text", "{packed}", "--out", "{out}"], "xz"),
    (["proof", "train", "--archive", "{missing}", "--out", "{out}"], "missing"), (["proof", "calibrate", "{missing}", "--out", "{out}"], "missing"),
    (["proof", "plant", "{noise}", "--out", "{out}"], "neither"), (["names", "某校", "--protect-from", "{missing}"], "missing"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), UNREADABLE)
def test_a_file_that_cannot_be_read_is_said_with_its_name_and_code_two(tmp_path, capsys, words, said):
    """On standard error, in one line, without a traceback."""
    files = {
        name: tmp_path / name
        for name in ("missing", "noise", "fake.docx", "text", "half", "packed.xz", "out")
    }
    files["noise"].write_bytes(b"\xff\xfe\x81" * 50)
    files["fake.docx"].write_bytes(b"PK")
    files["text"].write_text("没有问题。", encoding="utf-8")
    files["half"].write_text('[["a", "b"], ', encoding="utf-8")
    files["packed.xz"].write_bytes(b"no archive")
    places = {name.partition(".")[0]: str(path) for name, path in files.items()} | {"folder": str(tmp_path)}
    called = [word.format(**places) for word in words]
    assert main([*called, "--lang", "en"]) == 2
    told = capsys.readouterr().err.strip()
    assert said in told
    assert "\n" not in told
    assert main([*called, "--lang", "zh"]) == 2
    told = capsys.readouterr().err.strip()
    assert any("\u4e00" <= one <= "\u9fff" for one in told)
    assert "\n" not in told


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US"}, "en"),
        ({"LANG": "C.UTF-8", "LC_ALL": ""}, "zh"),
        ({}, "zh"),
    ],
)
def test_a_command_speaks_the_language_of_its_terminal(variables, language):
    """The stronger variable decides; C says nothing."""
    assert language_of(variables) == language


def test_findings_and_names_are_told_in_the_language_asked_for(tmp_path, capsys, monkeypatch):
    """By the terminal's, or against it."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    draft = tmp_path / "draft.txt"
    draft.write_text("联系 13812345678。", encoding="utf-8")
    assert main(["screen", str(draft)]) == 0
    assert "Contains the mobile number 138****5678." in capsys.readouterr().out
    assert main(["screen", str(draft), "--lang", "zh"]) == 0
    assert "含手机号码 138****5678。" in capsys.readouterr().out
    main(["names", "某某大学招生办", "--protect", "某某大学"])
    english = capsys.readouterr().out
    main(["names", "某某大学招生办", "--protect", "某某大学", "--lang", "zh"])
    assert english.split("\t")[:3] == capsys.readouterr().out.split("\t")[:3]
    assert "It contains “某某大学” (+70)" in english


def test_names_without_anything_to_judge_by_say_so(capsys, monkeypatch):
    """Silence would look like a clean result."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    for words in (["names", "某校官方"], ["names", "--protect", "某校"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
    assert "nothing to judge" in capsys.readouterr().err
