"""Log lines: JSON, readable Chinese, no secret by whatever road, nothing that forges a line."""

import io
import json
import logging
import logging.config

import pytest

from guanhao.core import logs

KNOWN = "the-session-secret-of-this-house"


@pytest.fixture
def lines():
    """A logger of the product's own form; answers what it wrote, parsed."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    made = logs.formatter([KNOWN, "short"], as_json=True)
    handler.setFormatter(made.pop("()")(**made))
    log = logging.getLogger("guanhao.test")
    log.addHandler(handler)
    logs.forget()
    yield log, lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logs.forget()
    log.removeHandler(handler)


def test_a_line_is_json_with_readable_chinese_and_what_was_bound(lines):
    """Who and what it is about stand in fields of their own."""
    log, written = lines
    logs.bind(request="ab12cd34", person=7, institution="ruian")
    log.warning("推送“%s”没有发出", "技能月开幕")
    (line,) = written()
    assert line["message"] == "推送“技能月开幕”没有发出"
    assert {name: line[name] for name in ("level", "logger", "request", "person", "institution")} == {
        "level": "warning", "logger": "guanhao.test", "request": "ab12cd34", "person": 7, "institution": "ruian",
    }  # fmt: skip
    assert line["time"].endswith("Z")


@pytest.mark.requirement("SE2")
@pytest.mark.parametrize(
    "text",
    [
        "GET https://api.weixin.qq.com/cgi-bin/draft/add?access_token=CANARY-1234567&x=1",
        '{"access_token": "CANARY-1234567", "expires_in": 7200}',
        "appid=wx1&secret=CANARY-1234567",
        "Authorization: Bearer CANARY-1234567",
        "amqp://guanhao:CANARY-1234567@mq.example/guanhao",
        "redis://:CANARY-1234567@mq.example/0",
        "password='CANARY-1234567'",
        f"signed with {KNOWN}",
    ],
)
def test_a_secret_never_reaches_a_line(lines, text):
    """In the message, in an argument, in an exception and its trace, in a bound value."""
    log, written = lines
    log.error(text)
    log.error("failed: %s", text)
    logs.bind(detail={"inner": [text]}, access_token="CANARY-1234567")
    try:
        int(text)
    except ValueError:
        log.exception("It broke.")
    found = json.dumps(written(), ensure_ascii=False)
    assert "CANARY" not in found
    assert KNOWN not in found
    assert "[removed]" in found
    assert "ValueError" in found


@pytest.mark.requirement("LG9")
def test_what_a_user_typed_forges_no_line_no_colour_and_no_direction(lines):
    """Line breaks, escapes, bidirectional overrides and separators are written as escapes."""
    log, written = lines
    log.warning("name: %s", '张三\n{"level":"info"}\x1b[31m\u202egnp.exe\u2028x')
    (line,) = written()
    assert "\x1b" not in line["message"]
    assert "\u202e" not in line["message"]
    assert "\\u202e" in line["message"]
    assert "\\u2028" in line["message"]


def test_ordinary_words_are_left_alone(lines):
    """A redactor that eats everything would be switched off."""
    log, written = lines
    log.warning("errcode=40001, token refused; 3 places; short")
    assert written()[0]["message"] == "errcode=40001, token refused; 3 places; short"
