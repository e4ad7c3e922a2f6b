"""The pages of screening: test box, file check, terms with import and dry run, entries, allowed wordings."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from guanhao.lexicon import actions
from guanhao.lexicon.models import Allowance, Entry, ListedTerm
from guanhao.screening.packs import Pack
from guanhao.watch.models import Sighting
from guanhao.watch.sightings import Seen, import_sightings
from tests.lexicon.conftest import Keeper, term

LETTER = "学院召开座谈汇，部署工作。\n\n值班电话 13812345678。\n定于2026年11月31日举行。"


@pytest.fixture
def keeper(ruian, db):
    """Whoever keeps the lists, with one slip on them."""
    keeper = Keeper(ruian, "ruian-office-head")
    keeper.enter("confusable", "座谈汇", "座谈会")
    return keeper


@pytest.fixture
def office(keeper, browser):
    return browser("ruian-office-head")


@pytest.fixture
def section(keeper, browser):
    return browser("ruian-section")


def docx(*paragraphs):
    """A Word file of these paragraphs, as small as one may be."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document><w:body>{body}</w:body></w:document>")
    return data.getvalue()


def upload(name, data):
    return SimpleUploadedFile(name, data)


class TestBox:
    """Any text, by the rulebook in force."""

    def test_it_tells_by_class_and_paragraph_with_the_article(self, section):
        """And everybody may use it."""
        page = section.post("/screening/", {"text": LETTER}).content.decode()
        for words in (
            "错别字",
            "第 1 段",
            "座谈会",
            "个人信息",
            "第 3 段",
            "138****5678",
            "第 4 段",
            "第六条（二）",
        ):
            assert words in page

    def test_what_could_stand_there_is_told_beside_what_stands_there(self, section):
        """A character alone says little; what is to go is said to go, and a mask is told once."""
        page = section.post(
            "/screening/", {"text": "2026年11月20日（星期六）开会。 ，电话13812345678"}
        ).content.decode()
        for words in ("六 → 五", "删去", "建议：138****5678"):
            assert words in page

    def test_what_was_pasted_comes_back_in_the_field_only(self, section):
        """The findings themselves repeat no number."""
        page = section.post("/screening/", {"text": LETTER}).content.decode()
        assert page.count("13812345678") == 1

    @pytest.mark.parametrize("text", ["", " \n "])
    def test_nothing_is_nothing_to_check(self, section, text):
        """It says so at the field."""
        page = section.post("/screening/", {"text": text}).content.decode()
        assert "field-error" in page or "error-summary" in page


class TestFiles:
    """Word and text in, findings out, nothing kept but those."""

    @pytest.mark.parametrize(
        "file", [("通知.docx", docx(*LETTER.splitlines())), ("通知.txt", LETTER.encode("gb18030"))]
    )
    def test_a_files_findings_are_shown_and_exported(self, section, file):
        """With paragraph, class, force, suggestion and article."""
        shown = section.post("/screening/file/", {"file": upload(*file)}, follow=True)
        page = shown.content.decode()
        assert "座谈会" in page
        assert "13812345678" not in page
        book = section.get(f"{shown.request['PATH_INFO']}?format=xlsx")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        assert rows[0] == ["段落", "分类", "力度", "问题", "原文", "建议", "依据"]
        assert ["错别字", "座谈汇 → 座谈会"] in [[row[1], row[5]] for row in rows]
        assert "13812345678" not in str(rows)

    def test_another_person_does_not_find_the_result(self, section, office):
        """It is kept for whoever asked."""
        shown = section.post("/screening/file/", {"file": upload("a.txt", b"hello")}, follow=True)
        assert office.get(shown.request["PATH_INFO"]).status_code == 404

    @pytest.mark.parametrize(
        ("name", "data"),
        [("a.doc", b"x"), ("a.docx", b"no archive"), ("a.txt", b""), ("a.txt", b"x" * 100_001)],
    )
    def test_what_cannot_be_read_is_refused_with_a_sentence(self, section, name, data):
        """Old Word, damaged, empty, too long."""
        answer = section.post("/screening/file/", {"file": upload(name, data)})
        assert answer.status_code == 422
        assert "error-summary" in answer.content.decode()


class TestTerms:
    """Kept by the competent office."""

    def test_a_list_is_checked_before_it_is_taken(self, office):
        """The dry run tells what would change; then it does."""
        data = "词语,类别,力度,例外\n代考服务,法律法规禁止的内容,拦截,\n刷单,,提醒,反刷单".encode()
        values = {"file": upload("词库.csv", data), "family": "unlawful", "force": "warn"}
        check = office.post("/screening/terms/import/", values, follow=True)
        assert "将新增 2 条，更新 0 条，0 条没有变化" in check.content.decode()
        assert not ListedTerm.objects.exists()
        office.post(check.request["PATH_INFO"])
        rows = ListedTerm.objects.order_by("text").values_list("text", "family", "force", "allow")
        assert list(rows) == [
            ("代考服务", "unlawful", "block", []),
            ("刷单", "unlawful", "warn", ["反刷单"]),
        ]

    def test_a_list_of_ours_is_checked_and_taken_like_a_file(self, office):
        """Chosen instead of a file; afterwards it is the institution's, and a warning of fraud is none."""
        values = {"pack": "fraud", "family": "unlawful", "force": "warn"}
        check = office.post("/screening/terms/import/", values, follow=True)
        count = len(Pack.FRAUD.terms("unlawful"))
        assert f"将新增 {count} 条" in check.content.decode()
        office.post(check.request["PATH_INFO"])
        assert ListedTerm.objects.filter(family="unlawful").count() == count
        tried = office.post("/screening/", {"text": "学长介绍刷单返利，当天到账。"}).content.decode()
        assert "刷单返利" in tried
        warned = office.post("/screening/", {"text": "保卫处提醒：警惕刷单返利。"}).content.decode()
        assert "没有发现问题" in warned

    @pytest.mark.parametrize(
        "both", [{}, {"pack": "spam", "file": upload("词库.csv", "词语\n甲词".encode())}]
    )
    def test_a_file_or_a_list_of_ours_and_not_both(self, office, both):
        """Neither and both are told at the field."""
        answer = office.post("/screening/terms/import/", {"family": "unlawful", "force": "warn", **both})
        assert "请选择文件，或选一个自带词表" in answer.content.decode()

    def test_every_fault_is_told_with_its_line_and_nothing_is_taken(self, office):
        """An unknown force, a date that is none, an unknown family."""
        data = "词语,类别,力度,失效日期\n甲词,,重,\n乙词,,,明年\n丙词,没有这类,,".encode()
        values = {"file": upload("词库.csv", data), "family": "unlawful", "force": "warn"}
        check = office.post("/screening/terms/import/", values, follow=True)
        page = check.content.decode()
        for words in ("第 2 行", "第 3 行", "没有词库类别“没有这类”"):
            assert words in page
        office.post(check.request["PATH_INFO"])
        assert not ListedTerm.objects.exists()

    def test_one_term_is_added_found_filtered_exported_and_removed(self, office):
        """The list pattern with its bulk."""
        office.post("/screening/terms/new/", {"text": "代考服务", "family": "unlawful", "force": "block"})
        assert "代考服务" in office.post("/screening/", {"text": "代 考 服 务"}).content.decode()
        assert "代考服务" in office.get("/screening/terms/?family=unlawful&force=block").content.decode()
        assert "代考服务" not in office.get("/screening/terms/?force=hint").content.decode()
        book = office.get("/screening/terms/?format=xlsx").content
        assert "代考服务" in str(
            CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
        )
        removal = 'formaction="/screening/terms/remove/"'
        assert removal in office.get("/screening/terms/").content.decode()
        office.post("/screening/terms/remove/", {"row": [ListedTerm.objects.get().pk, "nonsense"]})
        assert "词库还是空的" in office.get("/screening/terms/").content.decode()
        gone = office.get("/screening/terms/?tab=gone").content.decode()
        assert "代考服务" in gone
        assert removal not in gone
        assert 'formaction="/screening/terms/restore/"' in gone
        gone = {"row": [ListedTerm.objects.get().pk, "nonsense"]}
        assert "已恢复 1 条" in office.post("/screening/terms/restore/", gone, follow=True).content.decode()
        assert "代考服务" in office.post("/screening/", {"text": "代 考 服 务"}).content.decode()
        again = office.post("/screening/terms/restore/", gone, follow=True).content.decode()
        assert "已恢复 0 条。其余的已经在用。" in again

    def test_a_term_that_ends_before_it_begins_is_told_at_the_field(self, office):
        """Nothing typed is lost."""
        values = {
            "text": "代考服务",
            "family": "unlawful",
            "force": "block",
            "valid_from": "2026-12-01",
            "valid_until": "2026-11-01",
        }
        page = office.post("/screening/terms/new/", values).content.decode()
        assert "失效日期在生效日期之前" in page
        assert "代考服务" in page

    def test_whoever_does_not_keep_the_lists_neither_sees_nor_changes_them(self, section):
        """Neither pages nor tabs."""
        assert section.get("/screening/terms/").status_code == 403
        assert section.post("/screening/terms/remove/").status_code == 403
        assert "词条" not in section.get("/screening/").content.decode()


class TestEntriesAndAllowances:
    """Beside the terms."""

    def test_an_entry_is_added_and_removed(self, office):
        """A leader with a term of office."""
        values = {"kind": "leader", "text": "沈怀瑾", "meaning": "院长", "rank": "1", "since": "2026-01-01"}
        office.post("/screening/entries/new/", values)
        page = office.get("/screening/entries/?kind=leader").content.decode()
        assert "沈怀瑾" in page
        office.post("/screening/entries/remove/", {"row": [Entry.objects.get(text="沈怀瑾").pk]})
        assert "沈怀瑾" not in office.get("/screening/entries/").content.decode()
        gone = {"row": [Entry.objects.get(text="沈怀瑾").pk]}
        page = office.post("/screening/entries/restore/", gone, follow=True).content.decode()
        assert "已恢复 1 条" in page
        assert "沈怀瑾" in page

    def test_a_wording_that_was_taken_off_is_put_back(self, ruian, keeper, office):
        """On the same unit's list, for the same reason."""
        allowance = actions.allow(
            **keeper.who, unit=ruian.units["学生科"], hit_class="typos", wording="座谈汇", reason="刊物名"
        )
        office.post("/screening/allowed/remove/", {"row": [allowance.pk]})
        page = office.post(
            "/screening/allowed/restore/", {"row": [allowance.pk]}, follow=True
        ).content.decode()
        assert "已恢复 1 条" in page
        again = Allowance.objects.in_force().get()
        assert (again.unit, again.wording, again.reason) == (ruian.units["学生科"], "座谈汇", "刊物名")

    def test_a_table_of_all_kinds_is_checked_before_it_is_taken(self, ruian, office):
        """Also wordings that are no error; then they count at once."""
        rows = (
            "类型,词或姓名,正确写法或职务,排序,任职起,单位,分类,备注\n"
            "领导,沈怀瑾,院长,1,2026-01-01,,,\n"
            "易错词,实训机地,实训基地,,,,,\n"
            ",体欲馆,体育馆,,,,,\n"
            "受保护名称,瑞院招生,,,,,,\n"
            "不是错误,座谈汇,,,,学生科,错别字,刊物名\n"
        )
        values = {"file": upload("条目.csv", rows.encode()), "kind": "confusable"}
        check = office.post("/screening/entries/import/", values, follow=True)
        assert "将新增 5 条，更新 0 条，0 条没有变化" in check.content.decode()
        assert not Entry.objects.filter(text="沈怀瑾").exists()
        told = office.post(check.request["PATH_INFO"], follow=True).content.decode()
        assert "导入完成：新增 5 条" in told
        assert "副院长" in office.post("/screening/", {"text": "副院长沈怀瑾到体欲馆。"}).content.decode()
        allowed = Allowance.objects.get()
        assert (allowed.unit, allowed.wording, allowed.reason) == (ruian.units["学生科"], "座谈汇", "刊物名")
        values = {"file": upload("条目.csv", rows.replace("院长,1", "院长,2").encode()), "kind": "confusable"}
        again = office.post("/screening/entries/import/", values, follow=True)
        assert "将新增 0 条，更新 1 条，4 条没有变化" in again.content.decode()
        office.post(again.request["PATH_INFO"])
        assert [entry.rank for entry in Entry.objects.in_force().filter(text="沈怀瑾")] == [2]

    def test_every_faulty_row_is_told_with_its_line_and_nothing_is_taken(self, office):
        """Unknown kinds and units, missing meanings, terms that end before they begin, ranks that are none."""
        rows = (
            "类型,词或姓名,正确写法或职务,排序,任职起,任职止,单位,分类\n"
            "校长,甲某,乙,,,,,\n"
            "易错词,座谈绘,,,,,,\n"
            "领导,沈怀瑾,院长,,2026-01-01,2025-01-01,,\n"
            "领导,陆知遥,院长,第一,,,,\n"
            "不是错误,家乡味,,,,,没有这个科,\n"
            "不是错误,138,,,,,学生科,个人信息\n"
            "学号工号格式,#,,,,,,\n"
            "易错词,体欲馆,体育馆,,,,,\n"
        )
        values = {"file": upload("条目.csv", rows.encode()), "kind": "confusable"}
        check = office.post("/screening/entries/import/", values, follow=True)
        page = check.content.decode()
        assert "7 处错误" in page
        for line in range(2, 9):
            assert f"第 {line} 行" in page
        office.post(check.request["PATH_INFO"])
        assert not Entry.objects.filter(text="体欲馆").exists()

    def test_the_template_reads_back_but_for_its_placeholders(self, office):
        """Its headings are the ones the import knows."""
        book = office.get("/screening/entries/import/template/").content
        values = {"file": upload("条目.xlsx", book), "kind": "confusable"}
        page = office.post("/screening/entries/import/", values, follow=True).content.decode()
        assert "没有单位“（单位名称）”" in page
        assert "1 处错误" in page

    def test_a_shape_with_too_few_digits_is_told_at_the_field(self, office):
        """Otherwise every house number would be a student."""
        page = office.post("/screening/entries/new/", {"kind": "person_number", "text": "#"}).content.decode()
        assert "至少要有 3 个" in page

    def test_an_allowed_wording_is_listed_and_taken_back(self, ruian, keeper, office):
        """By unit, with who said so."""
        keeper.take(term("代考"))
        keeper.allow(ruian.units["学生科"], "terms", "反代考")
        page = office.get("/screening/allowed/").content.decode()
        assert "反代考" in page
        assert "学生科" in page
        office.post("/screening/allowed/remove/", {"row": [Allowance.objects.get().pk]})
        assert not Allowance.objects.in_force().exists()


def test_a_sighting_names_its_platform_as_people_do(keeper, office):
    """As the list of sightings does, not by its key."""
    import_sightings(**keeper.here, seen=[Seen("瑞安学院官方新生群", "weibo", "")], name="名单")
    page = office.get(f"/screening/sightings/{Sighting.objects.get().pk}/").content.decode()
    assert "<dd>微博</dd>" in page
