"""Articles that need no behaviour beyond being kept and shown: their page and the coverage say so, and why."""

import pytest

RUIAN, XARTVU = ("ruian", "ruian-student"), ("xartvu", "xartvu-dept-head")


@pytest.mark.parametrize(
    ("school", "article", "words", "reason"),
    [
        pytest.param(
            RUIAN,
            "ruian-3",
            "统一管、统一规划",
            "由归口办公室的各条落实",
            marks=pytest.mark.article("ruian-3"),
        ),
        pytest.param(RUIAN, "ruian-4", "面向师生和社会", "只说明用途", marks=pytest.mark.article("ruian-4")),
        pytest.param(XARTVU, "xartvu-1", "抓好舆论阵地", "只说明目的", marks=pytest.mark.article("xartvu-1")),
        pytest.param(
            XARTVU, "xartvu-4", "服务师生和社会", "只说明宗旨", marks=pytest.mark.article("xartvu-4")
        ),
    ],
)
def test_a_record_is_shown_with_its_reason_and_claims_nothing_more(
    school, article, words, reason, request, browser
):
    """The article's page has our words and the reason; coverage counts no clause of it as enforced."""
    key, who = school
    request.getfixturevalue(key)
    reader = browser(who)
    page = reader.get(f"/rules/{article}/").content.decode()
    assert words in page
    assert reason in page
    covered = next(
        one for one in reader.get("/rules/coverage/").context["shown"] if one.article.id == article
    )
    assert {str(line.mark.label) for line in covered.lines} == {"仅需存档"}
