"""What Weibo's tests play with: 广东技术师范学院's college account on the sandbox's Weibo, its app, its way through consent."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from guanhao.core.clock import CHINA
from guanhao.people.access import actor_of
from guanhao.registry import applications, consents
from guanhao.registry.applications import Particulars
from guanhao.steps.types import Worker
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


def came_back_to(address):
    """The fields of an address."""
    return dict(parse_qsl(urlsplit(address).query))
