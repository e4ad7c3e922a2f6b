"""What people do in the browser, as an office would say it: offer, write, approve, schedule, publish."""

import os
from datetime import timedelta

from playwright.sync_api import expect

from guanhao.process.drawing import draw_consequences
from guanhao.process.owing import keep_duties
from guanhao.process.steps import ALL_STEPS
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.publishing.world import png

BODY = ".tox-edit-area__iframe"
STORY = "全校师生参加了活动，现场气氛热烈，持续了整整一个下午。"
AFTER_DUE = (0, 5, 30, 60, 120)
PICTURES = os.environ.get("GUANHAO_E2E_PICTURES", "")
WIDTHS = ((1440, 900), (390, 844))


def picture(page, name):
    """A picture of the page at both widths, where a folder is named; nothing of it is cut off at the side."""
    if not PICTURES:
        return
    before = page.viewport_size
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    page.set_viewport_size(before)


class Office:
    """One institution's people, each with a page of their own. A test stays within one working day: sessions end after twelve hours."""

    def __init__(self, cast, time, sign_in, sandbox):
        self.cast = cast
        self.time = time
        self.sandbox = sandbox
        self._sign_in = sign_in
        self.pages = {}
        self._worker = Worker("test/browser-0")

    def page(self, who, *, phone=False):
        """The page of somebody, signed in once."""
        if who not in self.pages:
            self.pages[who] = self._sign_in(self.cast.people[who], phone=phone)
        return self.pages[who]

    def background(self):
        """What a worker would do meanwhile: draw consequences, open what is due, say what is late."""
        until_idle([draw_consequences], self._worker)
        keep_duties(self._worker)
        until_idle([draw_consequences], self._worker)

    def begin(self, who, title, *, account, name):
        """Offer an article in somebody's name to an account; answers the writing page."""
        page = self.page(who)
        page.goto("/articles/")
        page.get_by_role("link", name="投稿").first.click()
        page.get_by_label("标题").fill(title)
        page.get_by_label("以谁的名义").select_option(label=name)
        page.get_by_label("投给哪个账号").select_option(label=account)
        page.get_by_role("button", name="开始写").click()
        return self.editor(page)

    def editor(self, page):
        """Wait until the editor can be written in."""
        page.wait_for_selector("html[data-editor=ready]")
        return page

    def write(self, page, *, source, category, credits_, pictures=2, text=STORY):
        """Write the body, put in pictures, say source, category and who did what."""
        area = page.frame_locator(BODY).locator("body")
        area.click()
        page.keyboard.insert_text(text)
        colours = ("navy", "teal", "maroon")[:pictures]
        files = [{"name": f"{c}.png", "mimeType": "image/png", "buffer": png(c, (600, 400))} for c in colours]
        page.locator("#picture-file").set_input_files(files)
        expect(area.locator("img")).to_have_count(pictures)
        page.get_by_role("button", name="用文中第一张").click()
        page.get_by_label("来源", exact=True).fill(source)
        page.get_by_label("类别", exact=True).select_option(label=category)
        for label, person in credits_.items():
            page.get_by_label(label, exact=True).fill(person)
        self.saved(page)

    def saved(self, page):
        """Wait for the autosave to say so."""
        expect(page.locator("#editor-state[data-state=saved]")).to_be_visible()
        page.wait_for_function("document.getElementById('editor-state').dataset.state === 'saved'")

    def submit(self, page):
        """Hand in what was written."""
        page.get_by_role("button", name="提交", exact=True).click()
        expect(page.locator("h1 ~ .mark", has_text="审批中")).to_be_visible()

    def open_step(self, who, title, *, phone=False):
        """Open what waits for somebody from their queue."""
        page = self.page(who, phone=phone)
        page.goto("/review/")
        page.get_by_role("link", name=title).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        page.wait_for_load_state()  # A heading stands before the items below it have arrived.
        return page

    @staticmethod
    def tick(page):
        """Tick every item there is to confirm."""
        for box in page.locator("input[name=check]").all():
            box.check()

    def approve(self, who, title, *, phone=False, opinion="同意"):
        """Read, tick every item, approve."""
        page = self.open_step(who, title, phone=phone)
        self.tick(page)
        page.get_by_label("意见", exact=True).fill(opinion)
        page.locator("button[value=approve]").click()
        expect(page.locator("#toasts")).to_contain_text("已办理")

    def schedule(self, who, title, at, *, channel="微信发布（不通知粉丝）"):
        """Give an approved article its time."""
        page = self.page(who)
        page.goto("/calendar/?week=" + f"{at:%Y-%m-%d}")
        page.locator(".week-free", has_text=title).click()
        page.get_by_label("推送时间").fill(f"{at:%Y-%m-%dT%H:%M}")
        page.get_by_label(channel).check()
        page.get_by_role("button", name="排期", exact=True).click()
        expect(page.locator("h1 ~ .mark", has_text="已排期")).to_be_visible()
        return page

    def work_until(self, at):
        """Let the worker prepare the push ahead of its time, send it, and believe only the platform's evidence."""
        for moment in (
            at - timedelta(minutes=20),
            *(at + timedelta(seconds=seconds) for seconds in AFTER_DUE),
        ):
            self.time.to(moment)
            until_idle(ALL_STEPS, self._worker)

    def link_seen_by(self, who, title):
        """The archived address on the article's record, as the contributor finds it."""
        page = self.page(who)
        page.goto("/articles/?tab=all")
        page.get_by_role("link", name=title).click()
        expect(page.locator("h1 ~ .mark", has_text="已发布")).to_be_visible()
        return page.locator("[data-archived]").first.get_attribute("href")

    def public_titles(self):
        """What the public can see on the platform."""
        return [article["title"] for article in self.sandbox.public()]
