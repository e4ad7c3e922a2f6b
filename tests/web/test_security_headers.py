"""CF2: what every answer carries, and that no page needs an exception from it."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse

from guanhao.web import csp

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+=|\sstyle=|javascript:|<style", re.IGNORECASE)
ELSEWHERE = re.compile(r"""(?:src|href|action|srcset|data)=["'](?:https?:)?//""", re.IGNORECASE)
PAGES = ("/", "/notices/", "/search/?q=林", "/rules/", "/rules/coverage/", "/rules/ruian-16/", "/rules/versions/", "/ledger/",
         "/ledger/0/", "/ledger/checkpoints/", "/settings/", "/settings/days/", "/settings/units/", "/settings/people/", "/me/",
         "/me/delegations/", "/me/two-step/", "/me/sessions/", "/me/confirm/", "/choose/")  # fmt: skip


@pytest.mark.requirement("CF2")
def test_every_answer_forbids_scripts_from_elsewhere_and_framing(ruian, browser):
    """Also the answers of error pages."""
    for path in ("/", "/no-such-page/"):
        headers = browser("ruian-editor").get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["script-src"] == "'self'"
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.requirement("CF2")
def test_a_page_cannot_be_found_again_with_the_back_button(ruian, browser):
    """A shared computer keeps nothing of the last person."""
    assert browser("ruian-editor").get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.requirement("CF2")
@pytest.mark.requirement("PD1")
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_anything_inline_or_from_elsewhere(path, ruian, browser):
    """The strict policy would break such a page; and nobody outside learns who reads what."""
    response = browser("ruian-editor").get(path)
    assert response.status_code == 200
    page = response.content.decode()
    assert not INLINE.findall(page)
    assert not ELSEWHERE.findall(page)


@pytest.mark.requirement("CF2")
def test_the_sign_in_page_is_as_strict(db, browser):
    """A stranger gets the same headers, and no inline script either."""
    response = browser().get("/sign-in/")
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert not INLINE.findall(response.content.decode())


@pytest.mark.requirement("CF2")
def test_an_exception_is_said_in_the_view_and_changes_one_directive():
    """`relaxed` keeps the rest of the policy."""

    @csp.relaxed(style_src="'self' 'unsafe-inline'")
    def view(_request):
        return HttpResponse()

    policy = view(None).headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self'" in policy


@pytest.mark.requirement("CF2")
def test_a_preview_runs_no_scripts_and_has_no_origin():
    """Content of users stands in a sandbox without allowances, and only we may frame it."""
    policy = csp.policy(csp.PREVIEW)
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy


@pytest.mark.requirement("CF2")
def test_a_post_without_the_token_is_refused(ruian, browser):
    """State changes need the token of the session."""
    client = browser("ruian-editor", enforce_csrf_checks=True)
    response = client.post("/notices/read/")
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
