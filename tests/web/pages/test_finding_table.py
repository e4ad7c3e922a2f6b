"""What was found in a revision goes to Excel with what became of it, for whoever may see the revision."""

import io

import pytest
from python_calamine import CalamineWorkbook

from guanhao.contents import actions
from guanhao.people.access import actor_of
from tests.contents.conftest import submit

PHONE = "13812345678"


@pytest.fixture
def revision(ruian, offer):
    """A section's article whose telephone number the head of the office let pass, and one error marked by hand."""
    article = offer(
        ruian, "ruian-section", unit="学生科", source=f"学生科 {PHONE}", title="第十二届技能月开暮"
    )
    revision = submit(ruian, "ruian-section", article)
    head, reviewer = ruian.people["ruian-office-head"], ruian.people["ruian-section-head"]
    found = revision.findings.get(rule="personal_data")
    actions.settle_finding(actor=actor_of(head), person=head, finding=found, reason="本人同意公开")
    error = actions.Error(quote="开暮", note="应为开幕")
    actions.mark_error(actor=actor_of(reviewer), person=reviewer, revision=revision, error=error)
    return revision


def rows_of(answer):
    """The sheet as lists."""
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_it_says_of_each_what_became_of_it_by_whom_and_why(browser, ruian, revision):
    """Found, let pass with name and reason, the number hidden; the error beside it. Once, however many stages found it."""
    office = browser("ruian-office-head")
    record = office.get(f"/articles/{revision.article_id}/").content.decode()
    assert f"/revisions/{revision.pk}/findings/" in record
    answer = office.get(f"/revisions/{revision.pk}/findings/")
    heads, *rows = rows_of(answer)
    assert heads[2] == "问题"
    head = ruian.people["ruian-office-head"].name
    passed = [row for row in rows if row[6] == "已放行"]
    assert len(passed) == 1
    assert passed[0][7:10:2] == [head, "本人同意公开"]
    assert passed[0][8]
    assert PHONE not in str(rows)
    marked = [row for row in rows if row[3] == "开暮" and row[2] == "应为开幕"]
    assert [(row[6], row[7]) for row in marked] == [
        ("差错，计入该单位", ruian.people["ruian-section-head"].name)
    ]


@pytest.mark.requirement("TN1")
def test_whoever_may_not_see_the_revision_finds_nothing_there(browser, revision):
    """Like a revision that does not exist."""
    for who in ("ruian-student", "ruian-tech"):
        assert browser(who).get(f"/revisions/{revision.pk}/findings/").status_code == 404
