"""`make screenshots`: start the demonstration on free ports and photograph every page (ui.md, Quality bar).

Each page at 1440 and 390 px, light and dark, into build/screenshots; the two that the README shows also, smaller, into
docs/screenshots. Exits 1 when a page fails, asks another host for something, or has a table that is scrolled sideways.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, Response, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "screenshots"
README_OUT = ROOT / "docs" / "screenshots"
CHROMIUM = os.environ.get("GUANHAO_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 300  # seconds; the first start fills the demonstration
WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
FAILED = 400


class Shot(NamedTuple):
    """A page: what its picture is called, who looks, the address, and a link in it to follow first."""

    name: str
    who: str
    path: str
    follow: str = ""


ROW = "table[data-rows] tbody a"
SHOTS = (
    Shot("sign-in", "", "/sign-in/"),
    Shot("demonstration", "", "/demo/"),
    Shot("directory", "", "/directory/ruian/"),
    Shot("directory-check", "", "/directory/ruian/check/?q=瑞安学院官方新生群"),
    Shot("directory-report", "", "/directory/ruian/report/"),
    Shot("desk-office", "ruian-editor", "/"),
    Shot("desk-contributor", "ruian-student", "/"),
    Shot("notices", "ruian-editor", "/notices/?tab=all"),
    Shot("search", "ruian-editor", "/search/?q=办公室"),
    Shot("articles", "ruian-editor", "/articles/?tab=all"),
    Shot("article", "ruian-editor", "/articles/?tab=all", ROW),
    Shot("article-new", "ruian-section", "/articles/new/"),
    Shot("review", "ruian-editor", "/review/"),
    Shot("review-step", "ruian-editor", "/review/", ROW),
    Shot("calendar", "ruian-editor", "/calendar/"),
    Shot("publishing", "ruian-editor", "/publishing/"),
    Shot("publish-job", "ruian-editor", "/publishing/?tab=all", ROW),
    Shot("asks", "ruian-editor", "/publishing/asks/"),
    Shot("stops", "ruian-editor", "/publishing/stops/"),
    Shot("accounts", "ruian-editor", "/accounts/"),
    Shot("account", "ruian-editor", "/accounts/", ROW),
    Shot("accounts-all", "ruian-editor", "/accounts/?tab=all"),
    Shot("accounts-by-unit", "ruian-editor", "/accounts/units/"),
    Shot("account-add", "ruian-editor", "/accounts/add/?platform=bilibili"),
    Shot("accounts-import", "ruian-editor", "/accounts/import/"),
    Shot("directory-settings", "ruian-editor", "/settings/directory/"),
    Shot("personal-data", "", "/privacy/"),
    Shot("my-data", "ruian-student", "/me/data/"),
    Shot("incidents", "ruian-editor", "/privacy/incidents/"),
    Shot("incident-new", "ruian-editor", "/privacy/incidents/new/"),
    Shot("disclosures", "ruian-editor", "/privacy/disclosures/"),
    Shot("data-requests", "ruian-editor", "/privacy/requests/"),
    Shot("consents", "ruian-editor", "/privacy/consents/"),
    Shot("privacy-notice", "ruian-student", "/privacy/notice/"),
    Shot("account-edit", "ruian-editor", "/accounts/1/edit/"),
    Shot("account-interface", "ruian-editor", "/accounts/1/interface/"),
    Shot("custody", "ruian-editor", "/accounts/custody/"),
    Shot("account-custody", "ruian-editor", "/accounts/1/custody/"),
    Shot("duties", "ruian-editor", "/duties/"),
    Shot("duties-late", "ruian-editor", "/duties/?tab=late"),
    Shot("duties-all", "ruian-editor", "/duties/?tab=all"),
    Shot("duty", "ruian-editor", "/duties/?tab=all", ROW),
    Shot("concerns", "ruian-editor", "/duties/concerns/"),
    Shot("concern-new", "ruian-editor", "/duties/concerns/new/"),
    Shot("rules-on-file", "ruian-editor", "/duties/rules/"),
    Shot("reposts", "ruian-editor", "/duties/reposts/"),
    Shot("feed", "ruian-editor", "/duties/feed/"),
    Shot("handover", "ruian-editor", "/people/2/handover/"),
    Shot("screening", "ruian-editor", "/screening/"),
    Shot("entries-import", "ruian-editor", "/screening/entries/import/"),
    Shot("proof-model", "ruian-editor", "/screening/model/"),
    Shot("applications", "gpnu-college", "/applications/"),
    Shot("application-new", "gpnu-college", "/applications/new/"),
    Shot("application-tasks", "gpnu-college", "/applications/tasks/"),
    Shot("applications-office", "gpnu-publicity", "/applications/?tab=all"),
    Shot("inspections", "xartvu-office", "/inspections/"),
    Shot("duties-college", "gpnu-college", "/duties/"),
    Shot("desk-college", "gpnu-college", "/"),
    Shot("rules", "ruian-student", "/rules/"),
    Shot("rule-article", "ruian-editor", "/rules/ruian-16/"),
    Shot("coverage", "ruian-editor", "/rules/coverage/"),
    Shot("rule-versions", "ruian-editor", "/rules/versions/"),
    Shot("ledger", "ruian-audit", "/ledger/"),
    Shot("ledger-event", "ruian-audit", "/ledger/12/"),
    Shot("checkpoints", "ruian-audit", "/ledger/checkpoints/"),
    Shot("settings", "ruian-system", "/settings/"),
    Shot("units", "ruian-system", "/settings/units/"),
    Shot("people", "ruian-system", "/settings/people/"),
    Shot("person", "ruian-system", "/settings/people/", ROW),
    Shot("import", "ruian-system", "/settings/people/import/"),
    Shot("days", "ruian-system", "/settings/days/"),
    Shot("me", "ruian-section-head", "/me/"),
    Shot("delegations", "ruian-section-head", "/me/delegations/"),
    Shot("refused", "ruian-student", "/settings/people/"),
    Shot("not-found", "ruian-student", "/articles/999999/"),
)
# What the README shows: the picture, its width in the browser, and its name there.
README = {("desk-office", 1440): "desk.png", ("review-step", 390): "review-phone.png"}
MEANT_TO_FAIL = {"refused", "not-found"}


class Problems(list[str]):
    """What is wrong with the pages; printed at the end."""


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demonstration() -> Iterator[str]:
    """The product as `make run` starts it, on ports of its own; answers its address."""
    port = free_port()
    places = {
        "GUANHAO_VAR": str(ROOT / "build" / "screenshots-var"),
        "GUANHAO_PORT": str(port),
        "GUANHAO_SANDBOX_PORT": str(free_port()),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.run"], cwd=ROOT, env=os.environ | places, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/sign-in/", process)
        yield address
    finally:
        process.terminate()  # A shell lets what it runs in the background ignore an interrupt.
        process.wait(timeout=60)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the address answers; stop with a sentence when the process ended or patience ran out."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address.
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("tools/screenshots.py: the demonstration did not start; run make run to see why.")


def photograph(browser: Browser, address: str, width: int, theme: str, problems: Problems) -> None:
    """All pages at one width in one theme; people are signed in once each, and nobody is where a page names nobody."""
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, locale="zh-CN")
    context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    page = context.new_page()
    page.on("request", lambda request: _stay_home(request.url, address, problems))
    signed_in = ""
    for shot in SHOTS:
        if shot.who != signed_in:
            context.clear_cookies(name="sessionid")
            if shot.who:
                sign_in(page, address, shot.who)
            signed_in = shot.who
        _take(page, shot, f"{address}{shot.path}", OUT / f"{shot.name}-{width}-{theme}.png", problems)
    context.close()


def sign_in(page: Page, address: str, who: str) -> None:
    """Press the demonstration's button of a person."""
    page.goto(f"{address}/demo/")
    page.locator(f'form[action="/demo/{who}/"] button').click()
    page.wait_for_load_state()


def _take(page: Page, shot: Shot, url: str, target: Path, problems: Problems) -> None:
    response = page.goto(url)
    link = page.locator(shot.follow).first if shot.follow else None
    if link is not None and link.count():
        with page.expect_navigation() as navigation:
            link.click()
        response = navigation.value
    _judge(page, shot, response, problems)
    phone = (page.viewport_size or {"width": 0})["width"] < 600  # noqa: PLR2004 - between the two widths.
    page.screenshot(path=target, full_page=phone)


def _judge(page: Page, shot: Shot, response: Response | None, problems: Problems) -> None:
    status = response.status if response else 0
    if (status >= FAILED) != (shot.name in MEANT_TO_FAIL):
        problems.append(f"{shot.name}: answered {status}")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
        problems.append(f"{shot.name}: scrolls sideways at {page.viewport_size}")


def _stay_home(url: str, address: str, problems: Problems) -> None:
    if not url.startswith((address, "data:", "blob:", "about:")):
        problems.append(f"asked elsewhere: {url}")


def keep_for_readme() -> None:
    """Copy the README's pictures, which are the only ones committed."""
    README_OUT.mkdir(parents=True, exist_ok=True)
    for (name, width), target in README.items():
        shutil.copyfile(OUT / f"{name}-{width}-light.png", README_OUT / target)


def main() -> int:
    """Photograph everything; 1 when something is wrong."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    problems = Problems()
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for width in WIDTHS:
            for theme in THEMES:
                photograph(browser, address, width, theme, problems)
        browser.close()
    keep_for_readme()
    print(f"{sum(1 for _ in OUT.glob('*.png'))} pictures in {OUT.relative_to(ROOT)}")
    for problem in dict.fromkeys(problems):
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
