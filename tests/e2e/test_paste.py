"""CF1 in a real browser: hostile pastes run nothing and ask nobody; what 135 and 秀米 lay out survives."""

import pytest
from playwright.sync_api import expect

from guanhao.contents.models import Article

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("CF1")]

BODY = ".tox-edit-area__iframe"
PASTE = """html => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    data.setData("text/plain", "x");
    document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""
MARK = "window.top.__ran = (window.top.__ran || 0) + 1"
HOSTILE = (
    f"<p>甲<script>{MARK}</script></p>",
    f"<p>甲<img src=x onerror='{MARK}'></p>",
    f"<p>甲<svg onload='{MARK}'><script>{MARK}</script></svg></p>",
    f"<p>甲<a href='javascript:{MARK}'>链接</a></p>",
    f"<p>甲<iframe srcdoc='<script>parent.{MARK}</script>'></iframe></p>",
    f"<p>甲<details open ontoggle='{MARK}'>甲</details></p>",
    f"<p>甲<math><mtext><style><img src=x onerror='{MARK}'></style></mtext></math></p>",
    f"<form action='javascript:{MARK}'><button autofocus onfocus='{MARK}'>甲</button></form>",
    f"<p style='background:url(javascript:{MARK})'>甲</p>",
    f"<p>甲<style>@import url(https://evil.invalid/a.css)</style><body onload='{MARK}'></p>",
    f"<p>甲<meta http-equiv=refresh content='0;url=javascript:{MARK}'><base href='https://evil.invalid/'></p>",
    f"<p>甲<template><img src=x onerror='{MARK}'></template><noscript><p title='</noscript><img src=x onerror={MARK}>'></p></noscript></p>",
)
LAYOUT = """<section style="background:linear-gradient(90deg,#ffffff 0%,rgba(0,0,0,.2) 100%);border-radius:8px;box-shadow:0 1px 3px #999">
<section style="display:flex;justify-content:center"><section style="transform:rotate(3deg)">
<p style="letter-spacing:2px;text-indent:2em;line-height:1.75;font-family:'微软雅黑'"><span style="display:inline-block">版式</span></p>
</section></section><table><tbody><tr><td colspan="2">表格</td></tr></tbody></table></section>"""
KEPT = ("linear-gradient(90deg", "border-radius", "box-shadow", "display:flex", "justify-content:center", "rotate(3deg)",
        "letter-spacing:2px", "text-indent:2em", "line-height:1.75", "微软雅黑", "display:inline-block", 'colspan="2"')  # fmt: skip


@pytest.fixture
def page(ruian_office):
    """A student's writing page."""
    return ruian_office.begin(
        "ruian-student", "粘贴", account="温州职业技术学院瑞安学院", name="个人（方予安）"
    )


def _saved_body(page):
    page.evaluate("() => window.guanhaoEditor.saver.touch()")
    expect(page.locator("#editor-state[data-state=saved]")).to_be_visible()
    page.evaluate("() => window.guanhaoEditor.saver.now()")
    page.wait_for_function("document.getElementById('editor-state').dataset.state === 'saved'")
    return Article.objects.get().working["body"]


def test_no_hostile_paste_runs_anything(page, watch):
    """Twelve ways to smuggle a script through the clipboard: none runs, none is stored, none is asked for elsewhere."""
    # Parsing them makes the browser say what the policy stopped; that it was stopped is what we want.
    watch.expected.append("Content Security Policy")
    frame = page.query_selector(BODY).content_frame()
    for html in HOSTILE:
        frame.evaluate(PASTE, html)
    page.wait_for_timeout(500)
    assert page.evaluate("window.__ran") is None
    written = frame.evaluate("document.body.innerHTML")
    for word in (
        "<script",
        "onerror",
        "onload",
        "ontoggle",
        "javascript:",
        "<iframe",
        "<svg",
        "<form",
        "srcdoc",
    ):
        assert word not in written.lower()
    stored = _saved_body(page)
    assert "甲" in stored
    assert "javascript" not in stored
    assert "evil.invalid" not in stored


def test_what_an_outside_editor_laid_out_survives_the_paste(page):
    """Sections, gradients, flex, transforms, spacing and tables come through the clipboard and the server."""
    page.query_selector(BODY).content_frame().evaluate(PASTE, LAYOUT)
    stored = _saved_body(page).replace(": ", ":").replace("; ", ";")
    assert [feature for feature in KEPT if feature not in stored] == []
    assert stored.count("<section") == 3


def test_html_source_is_imported_and_what_was_left_out_is_said(page):
    """The source dialog inlines style sheets, drops scripts, and names a picture it could not fetch."""
    page.get_by_role("button", name="粘贴 HTML 源码").click()
    source = f"<style>.b{{color:#c00}}</style><p class='b'>来自源码</p><script>{MARK}</script>"
    page.get_by_role("textbox", name="HTML 源码").fill(source + "<img src='http://127.0.0.1:9/x.png'>")
    page.get_by_role("button", name="插入正文").click()
    expect(page.locator("#editor-trouble")).to_contain_text("图片没有取回")
    assert page.evaluate("window.__ran") is None
    stored = _saved_body(page)
    assert "来自源码" in stored
    assert "color:" in stored
    assert 'data-lost="127.0.0.1"' in stored


def test_a_pasted_picture_from_elsewhere_is_never_asked_for_by_the_page(page):
    """The browser shows a placeholder; the server tries to fetch it; what cannot be had stays a marked gap."""
    frame = page.query_selector(BODY).content_frame()
    frame.evaluate(
        PASTE, '<p>图<img src="https://pictures.invalid/a.png" data-src="https://pictures.invalid/b.png"></p>'
    )
    expect(page.locator("#editor-trouble")).to_be_visible()
    assert frame.evaluate("document.querySelector('img').getAttribute('src')").endswith("waiting.svg")
    assert 'data-lost="pictures.invalid"' in _saved_body(page)
