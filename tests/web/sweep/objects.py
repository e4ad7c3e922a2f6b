"""The registry of object factories, one per URL argument (security §4.4): what an address of the sweep points at.

`arguments.ARGUMENTS` says for each route with arguments which object each argument is. A route that is missing there
fails the sweep, as does one that is missing in the matrix.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property

from guanhao.applications import actions as applications
from guanhao.cases.models import PaperCopy, Step
from guanhao.contents import actions
from guanhao.contents.assets import store_document, store_image
from guanhao.contents.attaching import attach
from guanhao.contents.models import Finding, Handling, Rescreening
from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.clock import CHINA
from guanhao.custody import emergencies, revealing
from guanhao.demo.pictures import draw
from guanhao.exports import actions as exports
from guanhao.exports.types import ExportKind
from guanhao.inbound.actions import renew_address
from guanhao.inspections.models import Inspection, Round
from guanhao.lexicon.models import ProofTraining
from guanhao.notices.models import Notice
from guanhao.people.access import actor_of
from guanhao.people.actions import delegate
from guanhao.people.importing import Sheet
from guanhao.publishing import actions as publishing
from guanhao.publishing.models import PublishJob
from guanhao.publishing.stopping import stop
from guanhao.registry.actions import change_account
from guanhao.registry.operators import add_operator
from guanhao.regulation.models import RulebookVersion
from guanhao.rulebook.clauses import Duty as DutyClause
from guanhao.screening.force import Force
from guanhao.watch.models import Sighting
from guanhao.web import imports
from guanhao.web.viewer import Viewer
from guanhao.web.work import entry_import, lexicon_pages, textchecks
from tests.contents.conftest import decide, raw_content, submit
from tests.web.sweep.duty_objects import DutyObjects
from tests.web.sweep.privacy_objects import PrivacyObjects

NOW = datetime(2026, 11, 23, 9, tzinfo=CHINA)  # a Monday
LATER = datetime(2026, 11, 24, 16, 30, tzinfo=CHINA)  # in Tuesday's first window
MISSING = "999999"


class Objects(DutyObjects, PrivacyObjects):
    """Objects of 瑞安学院, each made when first asked for: a section's work, seen or not by the roles of the matrix."""

    def __init__(self, cast):
        self.cast = cast

    def person(self, name):
        return self.cast.people[f"ruian-{name}"]

    def _article(self, title, who="section", kind="unit", **more):
        person = self.person(who)
        return actions.create_article(
            actor=actor_of(person),
            person=person,
            account=self.cast.accounts["flagship"],
            unit=self.cast.units["学生科"],
            kind=kind,
            content=raw_content(self.cast.institution, title=title, **more),
            details=actions.Details(category="news", content_classes=()),
        )

    @cached_property
    def operator(self):
        account, office = self.cast.accounts["flagship"], self.person("office-head")
        return add_operator(actor=actor_of(office), account=account, person=office)

    @cached_property
    def draft(self):
        return self._article("学生科的草稿")

    @cached_property
    def submitted(self):
        article = self._article("学生科送审的稿件")
        submit(self.cast, "ruian-section", article)
        article.refresh_from_db()
        return article

    @cached_property
    def approved(self):
        return self._approved("学生投来的稿件")

    @cached_property
    def planned(self):
        return self._approved("学生投来、已经排期的稿件")

    def _approved(self, title):
        article = self._article(title, who="student", kind="student")
        submit(self.cast, "ruian-student", article)
        decide(self.cast, "ruian-editor-2", article)
        return article

    @cached_property
    def step(self):
        return Step.objects.waiting().get(case=self.submitted.case)

    @cached_property
    def paper(self):
        """A scan beside the submitted article's case; its route asks for none, so the row is written as it stands."""
        person = self.person("section")
        asset = store_document(
            actor=actor_of(person), person=person, data=b"%PDF-1.7 signed", name="签章.pdf"
        )
        case = self.submitted.case
        paper = PaperCopy(
            institution=self.cast.institution,
            case=case,
            kind="returned",
            subject_digest=case.subject_digest,
            digest=asset.digest,
            mime=asset.mime,
            size=asset.size,
            added_by=person,
            added_at=clock.now(),
        )
        paper.save()
        return paper

    @cached_property
    def inspection(self):
        """One account of 学生科 in a round; this regulation has none, so the rows are written as they stand."""
        version = RulebookVersion.objects.filter(institution=self.cast.institution).first()
        duty = self.cast.rulebook.of_kind(DutyClause)[0]
        opened = Round(
            institution=self.cast.institution,
            year=2026,
            opens_on=date(2026, 12, 1),
            closes_on=date(2026, 12, 31),
            late_until=date(2027, 1, 15),
            rulebook=version,
            clause=duty.id,
            article=duty.article,
            opened_at=clock.now(),
        )
        opened.save()
        row = Inspection(
            institution=self.cast.institution,
            round=opened,
            account=self.cast.accounts["flagship"],
            unit=self.cast.units["学生科"],
            mandatory=True,
        )
        row.save()
        return row

    @cached_property
    def export(self):
        person = self.person("section")
        return exports.ask(
            actor=actor_of(person),
            person=person,
            kind=ExportKind.LIST,
            title="稿件",
            params={"path": "/articles/", "query": ""},
        )

    @cached_property
    def finding(self):
        return Finding.objects.create(
            institution=self.cast.institution,
            revision=self.submitted.current,
            stage="submit",
            rule="personal_data",
            clause="ruian-6.3.personal_data",
            article_ref="ruian-6.3",
            force="warn",
            message_zh="疑似个人信息",
            found_at=clock.now(),
        )

    @cached_property
    def handling(self):
        return Handling.objects.create(
            institution=self.cast.institution,
            article=self.draft,
            fingerprint="sha256:0",
            rule="typos",
            clause="ruian-6.2.typos",
            article_ref="ruian-6.2",
            message_zh="疑似错字",
            state="ignored",
            reason="引用",
            person=self.person("section"),
            at=clock.now(),
        )

    @cached_property
    def error(self):
        person = self.person("section-head")
        return actions.mark_error(
            actor=actor_of(person),
            person=person,
            revision=self.submitted.current,
            error=actions.Error(quote="座谈汇"),
        )

    @cached_property
    def checked_file(self):
        return textchecks.keep(Viewer(self.person("system"), self.cast.institution, ""), "通知.txt", [])

    @cached_property
    def uploaded_terms(self):
        viewer = Viewer(self.person("editor"), self.cast.institution, "")
        upload = lexicon_pages.Upload("词库.txt", "unlawful", Force.WARN, "代考服务".encode())
        return lexicon_pages.keep(viewer, upload)

    @cached_property
    def uploaded_entries(self):
        viewer = Viewer(self.person("editor"), self.cast.institution, "")
        upload = entry_import.EntryUpload("条目.csv", "confusable", "词,正确写法\n座谈汇,座谈会".encode())
        return entry_import.keep(viewer, upload)

    @cached_property
    def training(self):
        return ProofTraining.objects.create(
            institution=self.cast.institution,
            asked_by=self.person("office-head"),
            asked_at=clock.now(),
            budget=0.004,
            run_after=clock.now(),
        )

    @cached_property
    def rescreening(self):
        return Rescreening.objects.create(
            institution=self.cast.institution,
            list_version=0,
            asked_by=self.person("office-head"),
            asked_at=clock.now(),
            total=1,
            run_after=clock.now(),
        )

    @cached_property
    def sighting(self):
        return Sighting.objects.create(
            institution=self.cast.institution,
            name="瑞安学院官方新生群",
            likeness="impostor",
            score=85,
            found_by=self.person("editor"),
            found_at=clock.now(),
        )

    @cached_property
    def application(self):
        person = self.person("section")
        return applications.begin(
            actor=actor_of(person),
            person=person,
            kind="change_menu",
            unit=self.cast.units["学生科"],
            account=self.cast.accounts["flagship"],
        )

    @cached_property
    def stored(self):
        """A picture that is really there, unlike those of `raw_content`, which only have a row."""
        person = self.person("section")
        return store_image(actor=actor_of(person), person=person, data=draw("sweep"), name="图.jpg")

    @cached_property
    def attachment(self):
        person = self.person("section")
        return attach(
            actor=actor_of(person),
            person=person,
            article=self.draft,
            asset=self.stored,
            kind="other",
        )

    @cached_property
    def push(self):
        person = self.person("editor")
        return publishing.schedule(
            actor=actor_of(person),
            person=person,
            account=self.cast.accounts["flagship"],
            revisions=[self.planned.current],
            channel="by_hand",
            due_at=LATER,
        )

    @cached_property
    def job(self):
        return PublishJob.objects.get(push=self.push)

    @cached_property
    def stop(self):
        person = self.person("office-head")
        return stop(
            actor=actor_of(person),
            person=person,
            institution=self.cast.institution,
            account=self.cast.accounts["flagship"],
            reason="演练",
        )

    @cached_property
    def emergency(self):
        person = self.person("tech")
        return emergencies.ask(
            actor=actor_of(person),
            person=person,
            account=self.cast.accounts["flagship"],
            kind="app_secret",
            reason="保管人都联系不上",
        )

    @cached_property
    def look(self):
        person = self.person("editor-2")
        return revealing.ask(
            actor=actor_of(person),
            person=person,
            account=self.cast.accounts["flagship"],
            kind="app_secret",
            reason="核对后台设置",
            session="elsewhere",
        )

    @cached_property
    def callback_address(self):
        editor = actor_of(self.person("editor"))
        return renew_address(actor=editor, account=self.cast.accounts["flagship"])

    @cached_property
    def notice(self):
        return Notice.objects.create(
            institution=self.cast.institution,
            person=self.person("section-head"),
            event_index=0,
            consequence="sweep",
            kind="sweep",
            title_zh="一条通知",
            body_zh="内容",
            at=clock.now(),
        )

    @cached_property
    def delegation(self):
        person = self.person("section-head")
        return delegate(
            actor=actor_of(person),
            principal=person,
            deputy=self.person("leader"),
            since=NOW,
            until=NOW + timedelta(days=3),
        )

    @cached_property
    def appointment(self):
        return self.person("section").appointments.get()

    @cached_property
    def grant(self):
        return self.person("audit").capabilities.get()

    @cached_property
    def listed(self):
        """An account with an address, from which its QR code is drawn."""
        account = self.cast.accounts["flagship"]
        return change_account(
            actor=system("sweep"), account=account, address="https://weibo.com/u/1234567890"
        )

    @cached_property
    def sheet(self):
        viewer = Viewer(self.person("system"), self.cast.institution, "")
        return imports.keep(viewer, Sheet(("姓名",), (("新人",),), 2))

    @cached_property
    def account_ledger(self):
        viewer = Viewer(self.person("editor"), self.cast.institution, "")
        return imports.keep(viewer, Sheet(("名称", "平台", "单位"), (("新号", "微博", "学生科"),), 2))
