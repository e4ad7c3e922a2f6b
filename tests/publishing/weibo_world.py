"""What Weibo's tests play with: 广东技术师范学院's college account on the sandbox's Weibo, its app, its way through consent."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.contents import actions as contents
from guanhao.core.clock import CHINA
from guanhao.people.access import actor_of
from guanhao.publishing import actions
from guanhao.registry import applications, consents
from guanhao.registry.applications import Particulars
from guanhao.registry.models import Connection
from guanhao.steps.types import Worker
from tests.publishing.world import World, png, stored
from tests.support.weibo_client import PlainWeibo, came_back

KEY, SECRET = "1352222456", "weibo-secret-of-the-demonstration"
SESSION = "the-operators-session"
LINKS = "https://news.college.example/v"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)
DUE = datetime(2026, 11, 23, 16, 30, tzinfo=CHINA)


class WeiboWorld:
    """The college's Weibo account, with its app registered here and on the platform; `connect` authorises it."""

    def __init__(self, cast, time, sandbox):
        self.cast, self.time, self.sandbox = cast, time, sandbox
        self.account = cast.accounts["college_weibo"]
        self.worker = Worker("test/publisher-0")
        self.platform_app = sandbox.control(
            "weibo/apps",
            app_key=KEY,
            secret=SECRET,
            redirect_uri=applications.usual_redirect(),
            safe_domains=["college.example"],
        )
        self.user = sandbox.control("weibo/users", uid=self.account.handle, screen_name="广师计科微博")

    def who(self, name):
        """A person of the cast and the actor they are, from a public address."""
        person = self.cast.people[name]
        return {"actor": actor_of(person, address="203.0.113.9"), "person": person}

    def register_app(self, **changes):
        """Write the app down here, as the publicity office does."""
        given = {"key": KEY, "secret": SECRET, "safe_domains": ("college.example",), "reviewed": True}
        return applications.set_app(
            actor=self.who("gpnu-publicity")["actor"],
            institution=self.cast.institution,
            given=Particulars(**given | changes),
        )

    def begin(self, who="gpnu-college", session=SESSION):
        """Begin a consent; answers the address of the platform's page."""
        return consents.begin(**self.who(who), account=self.account, session=session)

    def consented(self, address, user=None, **fields):
        """Choose a user on the platform's page; answers what the browser brings back."""
        state = came_back_to(address)["state"]
        plain = PlainWeibo(self.sandbox, self.platform_app, user or self.user, token="")
        return came_back(plain.consent(state=state, **fields))

    def come_back(self, brought, who="gpnu-college", session=SESSION):
        """Come back from the platform's page."""
        error = brought.get("error_code")
        return consents.come_back(
            **self.who(who),
            session=session,
            state=brought.get("state", ""),
            code=brought.get("code", ""),
            error=int(error) if error else None,
        )

    def connect(self, user=None):
        """The whole way, by the college's operator."""
        if applications.app_of(self.cast.institution.pk) is None:
            self.register_app()
        return self.come_back(self.consented(self.begin(), user))

    # --- A post on its way ------------------------------------------------------------------------------------------

    def drafted(self, title="实验室开放日", body="", pictures=0, **changes):
        """A draft of the college's operator for its Weibo account; short enough unless its body says otherwise."""
        digests = [
            stored(self.cast.institution, png(colour)) for colour in ("navy", "teal", "red")[:pictures]
        ]
        text = body or f"{title}：周六上午九点，全校师生可以预约参观。"
        html = f"<p>{text}</p>" + "".join(f'<p><img src="asset:{one}" alt="现场"></p>' for one in digests)
        return contents.create_article(
            **self.who("gpnu-college"),
            account=self.account,
            unit=self.cast.units["计算机科学学院"],
            kind="unit",
            content={"title": title, "body": html, "source": "计算机科学学院"} | changes,
            details=contents.Details(category="news"),
        )

    def submitted(self, *given, **changes):
        """The draft, handed in."""
        article = self.drafted(*given, **changes)
        contents.submit(**self.who("gpnu-college"), article=article)
        article.refresh_from_db()
        return article

    def approved(self, *given, **changes):
        """The revision, approved by the college's leader."""
        article = self.submitted(*given, **changes)
        while (step := Step.objects.waiting().filter(case=article.case).first()) is not None:
            contents.decide(
                **self.who("gpnu-college-leader"),
                step=step,
                saying=Saying.all_ticked(step, "approve"),
            )
        article.refresh_from_db()
        assert article.state == "approved", article.state
        return article.current

    def planned(self, *revisions, channel="weibo", due=DUE):
        """A push of one revision, and its job."""
        if not Connection.objects.filter(account=self.account).exists():
            self.connect()
        push = actions.schedule(
            **self.who("gpnu-college"),
            account=self.account,
            revisions=list(revisions) or [self.approved()],
            channel=channel,
            due_at=due,
        )
        return actions.job_of(push)

    def staged(self, job=None):
        """A job that waits for its time."""
        job = job or self.planned()
        self.time.to(job.due_at - timedelta(minutes=30))
        self.work()
        job.refresh_from_db()
        return job

    def posts(self):
        """What the account ever posted through the app, by the platform's own ledger."""
        return self.sandbox.effects("post.created")

    def shares(self):
        """The calls of the public step that the platform received."""
        return self.sandbox.ledger(path="/2/statuses/share.json")

    work = World.work
    _until_idle = World._until_idle


def came_back_to(address):
    """The fields of an address."""
    return dict(parse_qsl(urlsplit(address).query))
