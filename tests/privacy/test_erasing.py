"""Deletion (PD3, K6): what is held of somebody who left is gone from rows, files and searches, and every proof still holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.apps import apps

from guanhao.contents.assets import path_of, store_image
from guanhao.contents.models import Article, Asset
from guanhao.core.clock import CHINA
from guanhao.core.verdicts import Refused
from guanhao.demo.pictures import draw
from guanhao.exports import actions as exports
from guanhao.exports.models import ExportJob
from guanhao.exports.types import ExportKind
from guanhao.handover.actions import leave
from guanhao.ledger import keys
from guanhao.ledger.models import EventDetail
from guanhao.ledger.verify import verify
from guanhao.notices.models import Notice
from guanhao.people.access import actor_of
from guanhao.people.models import Person, User
from guanhao.privacy import requests
from guanhao.privacy.erasing import NOBODY
from guanhao.privacy.models import Erasure
from guanhao.privacy.register import registered
from guanhao.process import periodic
from tests.contents.conftest import submit
from tests.process.conftest import ME

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD3")]
NAME = "方予安"
NOW = datetime.now(CHINA) + timedelta(
    hours=1
)  # after the cast was set up, whose entries have the system's time
BYLINE = [
    "contents.Article.working",
    "contents.Revision.content",
]  # what was submitted stands as it was, credits included


@pytest.fixture
def world(ruian, offer, follow, settings, tmp_path, time):
    """A student submitted one article, began another, uploaded a picture, asked for an export, and left."""
    settings.EXPORT_ROOT = tmp_path / "exports"
    time["now"] = NOW
    keys.create_if_missing()
    student = ruian.people["ruian-student"]
    submit(
        ruian, "ruian-student", offer(ruian, "ruian-student", kind="student", unit="学生科", title="送审的")
    )
    offer(ruian, "ruian-student", kind="student", unit="学生科", title="没有送审的草稿")
    store_image(actor=actor_of(student), person=student, data=draw("alone"), name="本人照片.jpg")
    exports.ask(actor=actor_of(student), person=student, kind=ExportKind.LIST, title="稿件", params={})
    follow()
    return ruian


@pytest.fixture
def request_of(world, doing, time):
    """The office wrote down what the student asked, who has left or not."""

    def asked(*, left=True):
        student, office = world.people["ruian-student"], doing("ruian-editor")
        if left:
            for article in Article.objects.filter(contributor=student, case__isnull=False):
                Article.objects.filter(pk=article.pk).update(state="rejected")
            leave(actor=office["actor"], person=student, on=time["now"].date())
        return requests.ask(
            actor=office["actor"], by=office["person"], person=student, kind="delete", words="毕业了"
        )

    return asked


def places_with(words):
    """Every registered text, JSON and mail column in which the words stand."""
    found = []
    for label, fields in registered().items():
        model = apps.get_model(label)
        for name in fields:
            if not model._meta.get_field(name).is_relation:
                values = model._default_manager.values_list(name, flat=True)
                if any(words in str(value) for value in values):
                    found.append(f"{label}.{name}")
    return sorted(found)


def test_somebody_who_is_still_active_is_not_deleted(request_of, doing):
    """They have to hand over first; the request stays open, nothing is gone."""
    request = request_of(left=False)
    with pytest.raises(Refused, match="离任"):
        requests.give_deletion(request=request, answer="好", **doing("ruian-editor"))
    assert Person.objects.get(pk=request.person_id).name == NAME
    request.refresh_from_db()
    assert request.state == "open"


@pytest.mark.requirement("K6")
def test_rows_files_and_after_six_months_the_ledger_know_the_person_no_more_and_proofs_hold(
    world, request_of, doing, time
):
    """But for the byline, the name stands in no registered column; the submitted article stays without it; the log verifies before and after."""
    student = world.people["ruian-student"]
    asset = Asset.objects.get(original_name="本人照片.jpg")
    user, job = student.user_id, ExportJob.objects.get(person=student)
    assert {"people.Person.name", "ledger.EventDetail.data"} <= set(places_with(NAME))
    request = request_of()
    requests.give_deletion(request=request, answer="已删除", **doing("ruian-editor"))
    gone = Person.objects.get(pk=student.pk)
    assert (gone.name, gone.staff_no, gone.email, gone.user_id) == (NOBODY, "", "", None)
    assert not User.objects.filter(pk=user).exists()
    assert not Notice.objects.filter(person=student).exists()
    assert not ExportJob.objects.filter(pk=job.pk).exists()
    assert not Asset.objects.filter(pk=asset.pk).exists()
    assert list(Article.objects.filter(contributor=student).values_list("title", flat=True)) == ["送审的"]
    assert places_with(NAME) == [*BYLINE, "ledger.EventDetail.data"]
    assert verify(world.institution, key=keys.public_key()).good
    erasure = Erasure.objects.get()
    assert erasure.backups_until == erasure.begun_at + timedelta(days=56)
    time["now"] = erasure.details_until - timedelta(hours=1)
    periodic.keep_requests(ME)
    assert Erasure.objects.get().done_at is None
    time["now"] = erasure.details_until + timedelta(seconds=1)
    periodic.keep_requests(ME)
    assert places_with(NAME) == BYLINE
    assert Erasure.objects.get().done_at == time["now"]
    assert EventDetail.objects.filter(erased_at__isnull=False).count() > 5
    assert verify(world.institution, key=keys.public_key()).good


def test_the_bytes_go_after_the_commit(world, request_of, doing, django_capture_on_commit_callbacks):
    """The file is unlinked when the deletion stands, and one that the record needs stays."""
    place = path_of(Asset.objects.get(original_name="本人照片.jpg"))
    assert place.is_file()
    request = request_of()
    with django_capture_on_commit_callbacks(execute=True):
        requests.give_deletion(request=request, answer="已删除", **doing("ruian-editor"))
    assert not place.exists()
