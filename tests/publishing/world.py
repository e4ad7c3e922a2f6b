"""What publishing tests play with: one time for us and the sandbox, an approved article, a push, steps until a time."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from PIL import Image

from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.contents import actions as contents
from guanhao.contents.assets import path_of
from guanhao.contents.models import Asset, Push
from guanhao.core import clock
from guanhao.core.canonical import digest_bytes
from guanhao.core.clock import CHINA
from guanhao.people.access import actor_of
from guanhao.publishing import actions, steps
from guanhao.publishing.models import PublishJob
from guanhao.steps.types import Worker

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
DUE = datetime(2026, 11, 23, 16, 30, tzinfo=CHINA)


class Time:
    """One clock for the product and, by its control API, for the sandbox."""

    def __init__(self, sandbox=None, start=MONDAY):
        self.instant = start
        self.sandbox = sandbox
        self._tell()

    def __call__(self):
        return self.instant

    def to(self, instant):
        """Jump."""
        self.instant = instant
        self._tell()

    def pass_(self, seconds):
        """Let time pass."""
        self.to(self.instant + timedelta(seconds=seconds))

    def _tell(self):
        if self.sandbox is not None:
            self.sandbox.control("clock", freeze=self.instant.timestamp())


def png(colour="navy", size=(60, 40), fmt="PNG"):
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, fmt)
    return out.getvalue()


def stored(institution, data):
    """A picture in the store, without the process that opens strangers' files: it is ours. Answers its digest."""
    asset = Asset.objects.get_or_create(
        institution=institution,
        digest=digest_bytes(data),
        defaults={"kind": "image", "mime": "image/png", "size": len(data), "uploaded_at": clock.now()},
    )[0]
    path = path_of(asset)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return asset.digest


class World:
    """The 瑞安学院 cast at its office, with one approved article after another."""

    def __init__(self, cast, time, sandbox=None):
        self.cast, self.time, self.sandbox = cast, time, sandbox
        self.account = cast.accounts["flagship"]
        self.editor = cast.people["ruian-editor"]
        self.worker = Worker("test/publisher-0")

    def who(self, name):
        """A person of the cast and the actor they are."""
        person = self.cast.people[name]
        return {"actor": actor_of(person), "person": person}

    def approved(self, title="技能月开幕", **changes):
        """A student's article that the office approved."""
        writer = self.who("ruian-student")
        colours = ("navy", "teal")
        digests = [stored(self.cast.institution, png(colour)) for colour in colours]
        body = f"<p>{title}：全校师生参加了活动，现场气氛热烈。</p>" + "".join(
            f'<p><img src="asset:{digest}" alt="现场"></p>' for digest in digests
        )
        content = {
            "title": title,
            "author_line": "学生记者",
            "digest_text": "摘要",
            "body": body,
            "cover": digests[0],
            "source": "学生科",
            "credits": {"editor": "林知夏", "pictures": "方予安", "layout": "林知夏", "text": "方予安"},
        }
        article = contents.create_article(
            **writer,
            account=self.account,
            unit=self.cast.units["学生科"],
            kind="student",
            content=content | changes,
            details=contents.Details(category="news"),
        )
        contents.submit(**writer, article=article)
        article.refresh_from_db()
        step = Step.objects.waiting().get(case=article.case)
        contents.decide(
            **self.who("ruian-editor"),
            step=step,
            saying=Saying.all_ticked(step, "approve"),
        )
        article.refresh_from_db()
        assert article.state == "approved", article.state
        return article.current

    def planned(self, *revisions, channel="wechat_publish", due=DUE) -> PublishJob:
        """A push of these revisions, or of a fresh one, and its job."""
        push: Push = actions.schedule(
            **self.who("ruian-editor"),
            account=self.account,
            revisions=list(revisions) or [self.approved()],
            channel=channel,
            due_at=due,
        )
        return actions.job_of(push)

    def work(self, seconds=0, step=1.0, *, only=steps.EVERYTHING, worker=None):
        """Run the steps until they are idle, then let time pass and run them again, for so many seconds."""
        self._until_idle(only, worker)
        end = self.time.instant + timedelta(seconds=seconds)
        while self.time.instant < end:
            self.time.pass_(min(step, (end - self.time.instant).total_seconds()))
            self._until_idle(only, worker)

    def _until_idle(self, only, worker):
        for _round in range(200):
            if not any(one(worker or self.worker) for one in only):
                return
        raise AssertionError("The steps never come to rest.")

    def staged(self, job=None, channel="wechat_publish"):
        """A job with its draft in the box, half an hour before it is due."""
        job = job or self.planned(channel=channel)
        self.time.to(job.due_at - timedelta(minutes=30))
        self.work()
        job.refresh_from_db()
        return job

    def accepts(self):
        """How often the platform accepted a publication, by its own ledger."""
        return self.sandbox.effects("publish.accepted")

    def sends(self):
        """How often the platform accepted a mass send, by its own ledger."""
        return self.sandbox.effects("mass.accepted")

    def went_out(self):
        """How often the platform accepted a publication or a mass send, by its own ledger."""
        return [*self.accepts(), *self.sends()]

    def titles_public(self):
        """What the public sees, by the platform's own ledger."""
        return [article["title"] for article in self.sandbox.public()]

    def in_the_box(self):
        """Drafts that are still in the platform's box."""
        drafts = self.sandbox.read("drafts", account=self.account.app_id)["drafts"]
        return [draft for draft in drafts if draft["state"] == "open"]
