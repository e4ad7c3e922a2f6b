"""The answer table: every code of the platform page leads to the class the security page asks for (§2.5, weibo.md §7)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.platforms.types import AnswerClass
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.client import classified
from guanhao.platforms.weibo.errors import MEANINGS, Advice, meaning_of
from guanhao.platforms.weibo.reading import identifier

# The table of weibo.md §7, typed off the page: what is to be done, and the codes it says so of.
PAGE = {
    Advice.LOOK: [10001, 10002, 10003, 10009, 10010, 10011, 20017, 20019, 20032, 20111],
    Advice.LATER: [10022, 10023, 10024, 20014, 20016, 20023, 21303, 21331],
    Advice.AUTHORISE: [10006, 10032, 21301, 21314, 21315, 21316, 21317, 21319, 21327, 21332],
    Advice.HUMAN: [
        *(10004, 10005, 10013, 10014, 10017, 20015, 20020, 20021, 20022, 20031, 20033, 20034),
        *(21321, 21324, 21326, 21337, 21400),
    ],
    Advice.RESTART: [21325, 21330],
    Advice.NO: [
        *(10007, 10008, 10012, 10016, 10018, 10020, 10021, 10025),
        *(20001, 20002, 20003, 20005, 20006, 20007, 20008, 20009, 20012, 20013, 20018),
        *(20101, 20102, 20103, 20109, 20112, 20120, 20121, 20201, 20203, 20204, 20206, 20207),
        *range(20401, 20409),
        *range(20501, 20525),
        *(21302, *range(21304, 21314), 21318, 21320, 21322, 21323, 21328, 21329),
    ],
}
CELLS = [(code, advice) for advice, codes in PAGE.items() for code in codes]
CLASSES = {
    Advice.LOOK: AnswerClass.UNKNOWN,
    Advice.LATER: AnswerClass.REFUSED_LATER,
    Advice.AUTHORISE: AnswerClass.REFUSED_TOKEN,
    Advice.HUMAN: AnswerClass.REFUSED,
    Advice.RESTART: AnswerClass.REFUSED,
    Advice.NO: AnswerClass.REFUSED,
}


def refusal(code, **changes):
    """The body of an error as the platform writes it."""
    body = {"error": "no", "error_code": code, "request": "/2/statuses/share.json"} | changes
    return json.dumps({name: value for name, value in body.items() if value is not None}).encode()


def test_the_table_holds_the_page_and_nothing_else():
    """A code added on either side has to be added on the other."""
    assert set(MEANINGS) == {code for code, _ in CELLS}


@pytest.mark.parametrize(("code", "advice"), CELLS)
def test_every_code_of_the_page_has_its_class(code, advice):
    """Code by code, as an answer to a post; each has a sentence in both languages."""
    answer = classified(calls.SHARE, 400, refusal(code))
    assert (MEANINGS[code].advice, answer.outcome, answer.errcode) == (advice, CLASSES[advice], code)
    assert meaning_of(code).zh
    assert meaning_of(code).en


@pytest.mark.parametrize("code", [0, -1, 10099, 20999, 21999, 30001])
def test_a_code_nobody_listed_leaves_the_outcome_unknown(code):
    """Anything not in the table is unknown."""
    assert classified(calls.SHARE, 400, refusal(code)).outcome is AnswerClass.UNKNOWN
    assert str(code) in meaning_of(code).zh


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<html>500</html>"),
        (502, b"<html>502</html>"),
        (503, refusal(10023)),
        (500, b'{"idstr":"1"}'),
        (200, b""),
        (200, b"<html></html>"),
        (200, b'{"idstr":"51'),
        (200, b'{"idstr":"51"},,'),
        (200, b'"51"'),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"idstr":""}'),
        (200, b'{"id":5e15}'),
        (200, b'{"id":true,"idstr":null,"mid":[]}'),
        (200, b'{"text":"a post without an id"}'),
        (200, b'{"error":"something"}'),
        (200, b'{"idstr":"51","error_code":null}'),
        (200, b'{"idstr":"51","error_code":"what"}'),
        (302, b'{"idstr":"51"}'),
        (400, b"<html>400</html>"),
        (403, b"{}"),
        (404, b""),
        (200, b"\xff\xfe"),
        (200, b"[" * 100_000),
    ],
)
def test_what_cannot_be_understood_is_unknown(status, body):
    """Gateways' pages, cut or empty answers, answers without an id, every 5xx."""
    assert classified(calls.SHARE, status, body).outcome is AnswerClass.UNKNOWN


@pytest.mark.parametrize(
    "body", [b'{"idstr":"51"}', b'{"mid":"51"}', b'{"id":51}', b'{"id":51,"text":"x","ext":{"a":[1]}}']
)
def test_a_post_with_an_id_is_done(body):
    """200 with any of the three forms of an id, whatever else is in it."""
    assert classified(calls.SHARE, 200, body).outcome is AnswerClass.DONE


@pytest.mark.parametrize(
    "dress",
    [
        {"error_code": "20012"},
        {"request": None},
        {"error_uri": "/2/x", "error_description": "too long"},
        {"error": None},
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403])
def test_an_error_is_known_in_every_dress(status, dress):
    """The code as text, without the request, with more fields, under HTTP 200."""
    answer = classified(calls.SHARE, status, refusal(20012, **dress))
    assert (answer.outcome, answer.errcode) == (AnswerClass.REFUSED, 20012)


def test_a_removal_of_what_is_gone_is_done():
    """Of a post or a comment; and only for removals (security §2.2, class R)."""
    assert classified(calls.DESTROY, 400, refusal(20101)).outcome is AnswerClass.DONE
    assert classified(calls.COMMENT_DELETE, 400, refusal(20201)).outcome is AnswerClass.DONE
    assert classified(calls.SHOW, 400, refusal(20101)).outcome is AnswerClass.REFUSED
    assert classified(calls.DESTROY, 400, refusal(20102)).outcome is AnswerClass.REFUSED


def test_only_a_call_with_a_token_can_ask_for_a_new_one():
    """The exchange of a code has none yet."""
    assert classified(calls.ACCESS_TOKEN, 400, refusal(10006)).outcome is AnswerClass.REFUSED
    assert classified(calls.SHARE, 400, refusal(10006)).outcome is AnswerClass.REFUSED_TOKEN


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "idstr", "error", "error_code", "x"]), inner, max_size=4)
    ),
    max_leaves=6,
)


@given(
    st.sampled_from([200, 201, 302, 400, 403, 500]),
    st.binary(max_size=40) | JSON.map(json.dumps).map(str.encode),
)
def test_whatever_comes_back_has_a_class_and_only_an_id_means_done(status, body):
    """No answer makes classifying fail; done needs 200, an id and no error."""
    answer = classified(calls.SHARE, status, body)
    if answer.done:
        assert status == 200
        assert identifier(answer.data) != ""
        assert not {"error", "error_code"} & set(answer.data)
    else:
        assert answer.outcome in {AnswerClass.UNKNOWN, *CLASSES.values()}


def test_waits_follow_the_windows():
    """Hourly windows an hour, posting too fast ten minutes, a slow server one and a half."""
    waits = {code: MEANINGS[code].wait for code in (10022, 10023, 10024, 20016, 20032, 10001)}
    assert waits == {10022: 3600, 10023: 3600, 10024: 3600, 20016: 600, 20032: 90, 10001: 60}


def test_an_array_is_read_only_where_one_is_expected():
    """Counts come bare; an array for a post says nothing."""
    assert classified(calls.COUNTS, 200, b'[{"id":1}]').data == {"items": [{"id": 1}]}
    assert classified(calls.COUNTS, 200, b"{}").outcome is AnswerClass.UNKNOWN


def test_an_empty_timeline_is_an_answer():
    """No posts is a list, too."""
    assert classified(calls.TIMELINE, 200, b'{"statuses":[]}').done
