"""A fourth, invented regulation runs the main job without a line of code knowing it: other roles, orders and calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from guanhao.cases.eligibility import deciders
from guanhao.cases.saying import Saying
from guanhao.cases.types import Verdict
from guanhao.contents import actions as contents
from guanhao.contents.actions import Details
from guanhao.contents.assets import store_image
from guanhao.contents.days import calendar_of
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState, Channel
from guanhao.core import actors, clock, tenancy
from guanhao.core.verdicts import Refused
from guanhao.demo.pictures import draw
from guanhao.people import actions as people
from guanhao.people.access import actor_of
from guanhao.process.steps import QUEUES
from guanhao.publishing import actions as publishing
from guanhao.publishing.answering import report_by_hand
from guanhao.publishing.models import PublishJob
from guanhao.registry import actions as registry
from guanhao.regulation import actions as regulation
from guanhao.rulebook.loading import loads
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Queue, Worker

ACTOR = actors.system("test")
SOURCE = (Path(__file__).parent / "rulebook" / "data" / "hospital.yaml").read_text(encoding="utf-8")
SINCE = date(2025, 3, 1)
SEATS = {
    "钟南": ("党委办公室", "publicist"),
    "傅山": ("云溪市第九人民医院", "secretary"),
    "华景": ("医务部", "physician"),
    "苏叶": ("呼吸内科", "head_nurse"),
    "白芷": ("呼吸内科", "head_nurse"),
    "杜仲": ("呼吸内科", "member"),
    "黄芪": ("伦理委员会", "member"),
    "当归": ("科研部", "member"),
}


def at(day, hour, minute=0):
    """An instant of November 2026 in China."""
    return datetime(2026, 11, day, hour, minute, tzinfo=clock.CHINA)


@pytest.fixture
def hospital(db):
    """The hospital: units its rulebook names, a ward, people in its own posts, one account published by hand."""
    book = loads(SOURCE, "hospital.yaml")
    institution = people.found_institution(actor=ACTOR, key="hospital", name=book.institution.name)
    with tenancy.within(institution), clock.frozen(at(10, 9)):
        kinds = {"云溪市第九人民医院": "hospital", "呼吸内科": "ward"}
        units, root = {}, None
        for name in ("云溪市第九人民医院", "党委办公室", "医务部", "伦理委员会", "科研部", "呼吸内科"):
            units[name] = people.add_unit(
                actor=ACTOR, institution=institution, name=name, kind=kinds.get(name, "ward"), parent=root
            )
            root = root or units[name]
        regulation.adopt(actor=ACTOR, institution=institution, source=SOURCE)
        persons = {}
        for name, (unit, post) in SEATS.items():
            persons[name] = people.add_person(actor=ACTOR, institution=institution, name=name, kind="staff")
            people.appoint(actor=ACTOR, person=persons[name], unit=units[unit], post=post, since=SINCE)
        account = registry.add_account(
            actor=ACTOR,
            institution=institution,
            platform="douyin",
            name="九院呼吸",
            handle="jy-hx",
            owner_unit=units["呼吸内科"],
            first_responsible=persons["苏叶"],
        )
        yield institution, units, persons, account


def offered(hospital, *, classes=()):
    """An article of the ward, submitted by its author on a Tuesday morning."""
    _institution, units, persons, account = hospital
    author = persons["杜仲"]
    picture = store_image(actor=actor_of(author), person=author, data=draw("hospital"), name="x.jpg")
    article = contents.create_article(
        actor=actor_of(author),
        person=author,
        account=account,
        unit=units["呼吸内科"],
        kind="unit",
        content={
            "title": "冬季呼吸道防护",
            "body": f'<p>戴口罩，勤通风。</p><p><img src="asset:{picture.digest}"></p>',
            "cover": picture.digest,
            "credits": {"physician": "华景", "text": "杜仲"},
            "source": "呼吸内科",
        },
        details=Details(category="science", content_classes=tuple(classes)),
    )
    contents.submit(actor=actor_of(author), person=author, article=article)
    article.refresh_from_db()
    return article


def approve(article, step, person):
    """One person approves one step with every item ticked."""
    saying = Saying.all_ticked(step, Verdict.APPROVE, opinion="同意")  # a joint opinion is one in words
    return contents.decide(actor=actor_of(person), person=person, step=step, saying=saying)


def test_the_routes_order_roles_and_quorum_are_the_files(hospital):
    """A physician first, then *both* head nurses of the ward; then, and only then, it is approved."""
    article = offered(hospital)
    physician = article.case.steps.waiting().get()
    assert (physician.key, [p.name for p in deciders(physician)]) == ("physician", ["华景"])
    approve(article, physician, hospital[2]["华景"])
    ward = article.case.steps.waiting().get()
    assert {p.name for p in deciders(ward)} == {"苏叶", "白芷"}
    approve(article, ward, hospital[2]["苏叶"])
    article.refresh_from_db()
    assert article.state == ArticleState.IN_REVIEW
    approve(article, ward, hospital[2]["白芷"])
    article.refresh_from_db()
    assert article.state == ArticleState.APPROVED


def test_a_step_of_all_goes_on_when_the_last_missing_holder_leaves(hospital):
    """Otherwise it would wait for nobody; what the others said still counts."""
    article = offered(hospital)
    approve(article, article.case.steps.waiting().get(), hospital[2]["华景"])
    ward = article.case.steps.waiting().get()
    approve(article, ward, hospital[2]["苏叶"])
    people.deactivate(actor=ACTOR, person=hospital[2]["白芷"], on=clock.today() - timedelta(days=1))
    until_idle(QUEUES[Queue.CONSEQUENCES], Worker("test"))
    article.refresh_from_db()
    assert article.state == ArticleState.APPROVED


def test_a_class_of_its_own_brings_the_committees_in(hospital):
    """A patient's story is seen by a member of each ethics body too."""
    article = offered(hospital, classes=["patient_story"])
    assert [step.unit.name for step in article.case.steps.all() if step.role == "ethics"] == [
        "伦理委员会",
        "科研部",
    ]


def test_its_calendar_works_on_saturdays(hospital):
    """Rest weekdays and hours are the file's, not ours."""
    calendar = calendar_of(hospital[0])
    assert calendar.is_workday(date(2026, 11, 14))
    assert not calendar.is_workday(date(2026, 11, 15))


def _approved(hospital):
    article = offered(hospital)
    while (step := article.case.steps.waiting().first()) is not None:
        for person in deciders(step):
            approve(article, step, person)
    return Article.objects.get(pk=article.pk)


def _schedule(hospital, article, due_at):
    publicist = hospital[2]["钟南"]
    return publishing.schedule(
        actor=actor_of(publicist),
        person=publicist,
        account=article.account,
        revisions=[article.current],
        channel=Channel.BY_HAND,
        due_at=due_at,
    )


@pytest.mark.parametrize(
    ("due", "article_id"),
    [((16, 16), "hospital-5"), ((15, 12), "hospital-5"), ((11, 12), "hospital-5")],
    ids=["outside its windows", "on its day of rest", "before its three days"],
)
def test_refusals_cite_its_own_article(hospital, due, article_id):
    """What refuses is the file's window, day of rest and lead time, and the chip says so."""
    article = _approved(hospital)
    with pytest.raises(Refused) as caught:
        _schedule(hospital, article, at(*due))
    assert caught.value.denied.article == article_id


def test_the_main_job_ends_in_an_archived_link(hospital):
    """Offered, approved, planned at noon on a Saturday, published by hand, on record."""
    article = _approved(hospital)
    push = _schedule(hospital, article, at(14, 12))
    with clock.frozen(at(14, 12, 1)):
        until_idle([*QUEUES[Queue.PUBLISH], *QUEUES[Queue.CONSEQUENCES]], Worker("test"))
        publicist = hospital[2]["钟南"]
        job = PublishJob.objects.get(push=push)
        report_by_hand(
            actor=actor_of(publicist),
            person=publicist,
            job=job,
            links=["https://www.douyin.com/video/7000000000000000001"],
        )
    article.refresh_from_db()
    assert article.state == ArticleState.PUBLISHED
    assert job.items.get().url == "https://www.douyin.com/video/7000000000000000001"
