"""The writing page's server side: autosave, conflicts, pictures by signed address, previews without scripts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner

from guanhao.contents.content import Content
from guanhao.contents.models import Article, Asset, Revision
from guanhao.publishing.outgoing import body_of
from guanhao.web.viewer import Viewer
from guanhao.web.work import marked, pictures, reading
from tests.publishing.world import png


def fields(article, **changes):
    values = {"title": "新标题", "body": "<p>正文</p>", "source": "原创", "serial": article.working_serial}
    return values | {"category": "news", "credit_editor": "林知夏"} | changes


def save(client, article, **changes):
    return client.post(
        f"/articles/{article.pk}/save/", fields(article, **changes), headers={"accept": "application/json"}
    )


def test_autosave_keeps_the_copy_and_answers_what_the_checks_find(browser, draft):
    """The answer carries the new serial and the findings with their chips."""
    answer = save(browser("ruian-student"), draft)
    draft.refresh_from_db()
    assert answer.json()["serial"] == draft.working_serial
    assert draft.working["credits"] == {"editor": "林知夏"}
    assert "第六条（三）" in answer.json()["findings"]


def test_a_copy_saved_by_somebody_else_meanwhile_is_not_overwritten(browser, draft):
    """The second to save gets 409 with the serial that is newest; the stored copy stays."""
    student = browser("ruian-student")
    save(student, draft, source="先到")
    answer = save(student, draft, source="后到")
    draft.refresh_from_db()
    assert (answer.status_code, answer.json()["serial"]) == (409, draft.working_serial)
    assert draft.working["source"] == "先到"


def test_a_field_that_cannot_be_taken_is_named_and_nothing_is_saved(browser, draft):
    """A link that is none is refused with its field; the copy stays as it was."""
    answer = save(browser("ruian-student"), draft, source_url="javascript:alert(1)")
    assert (answer.status_code, answer.json()["field"]) == (422, "source_url")
    assert Article.objects.get().title == draft.title


def test_an_uploaded_picture_comes_back_by_a_signed_address_without_a_cookie(browser, draft):
    """A sandboxed preview sends no cookies, so the address alone decides; forged and foreign ones are not found."""
    student = browser("ruian-student")
    file = SimpleUploadedFile("a.png", png(), "image/png")
    address = student.post(f"/articles/{draft.pk}/pictures/", {"file": file}).json()["url"]
    stranger = browser()
    assert stranger.get(address).headers["Content-Type"].startswith("image/")
    assert stranger.get(address.replace("sha256", "sha257")).status_code == 404
    forged = TimestampSigner(salt="guessed").sign(f"{draft.institution_id}.{Asset.objects.last().digest}")
    assert stranger.get(f"/pictures/{forged}/").status_code == 404


@pytest.mark.requirement("TN2")
def test_a_picture_address_of_another_institution_is_no_picture_here(ruian, gpnu):
    """Pasting another institution's address does not bring its picture into an article."""
    digest = "sha256:" + "a" * 64
    own, foreign = (pictures.address(cast.institution.pk, digest) for cast in (ruian, gpnu))
    assert pictures.stored(ruian.institution, f'<img src="{own}">') == f'<img src="asset:{digest}">'
    assert digest not in pictures.stored(ruian.institution, f'<img src="{foreign}">').replace(foreign, "")
    assert pictures.digest_of(ruian.institution, foreign) == ""


def test_a_file_that_is_no_picture_is_refused_in_words(browser, draft):
    """The reason is a sentence, in JSON, because a script asks."""
    file = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", "image/png")
    answer = browser("ruian-student").post(f"/articles/{draft.pk}/pictures/", {"file": file})
    assert answer.status_code == 422
    assert "图片" in answer.json()["reason"]


@pytest.mark.requirement("CF2")
def test_previews_run_no_script_and_have_no_origin_of_ours(browser, draft, step):
    """Both previews answer with a policy that sandboxes them and allows no script at all."""
    student = browser("ruian-student")
    draft.refresh_from_db()
    for address in (f"/articles/{draft.pk}/preview/", f"/revisions/{draft.current_id}/preview/"):
        policy = student.get(address).headers["Content-Security-Policy"].split("; ")
        assert "sandbox" in policy
        assert "default-src 'none'" in policy
        assert not [line for line in policy if line.startswith("script-src")]


def test_a_returned_article_says_why_where_it_is_mended(browser, draft, step):
    """The opinion of who returned it stands on top of the writing page with its chip."""
    posted = {"digest": step.case.subject_digest, "verdict": "return", "opinion": "请写明时间"}
    browser("ruian-editor").post(f"/review/{step.pk}/decide/", posted)
    page = browser("ruian-student").get(f"/articles/{draft.pk}/edit/").content.decode()
    assert "请写明时间" in page
    assert "/rules/ruian-6.1/" in page


def test_handing_in_with_what_is_missing_is_refused_with_the_article(browser, draft):
    """The button is closed by the page; a request that comes anyway meets the same answer, and nothing is stored."""
    student = browser("ruian-student")
    save(student, draft, source="", credit_editor="")
    answer = student.post(f"/articles/{draft.pk}/submit/")
    assert answer.status_code == 403
    assert "/rules/ruian-" in answer.content.decode()
    assert Article.objects.get().state == "draft"


def test_paragraphs_are_numbered_and_the_new_ones_marked():
    """Numbers stand on top-level blocks only; marks on blocks and pictures the earlier body lacks, reflow apart."""
    body = '<section style="a:b"><p>一</p>\n<p>二<b>好</b></p></section><p>三<img src="x"></p>'
    assert marked.numbered(body).count("id=") == 2
    assert marked.marked(body, "<p>一</p><p>二 好</p>").count(marked.CHANGED) == 2
    assert marked.marked(body, body) == body


def test_the_only_account_is_chosen_already(browser, ruian, gpnu):
    """Where there is nothing to choose nobody is asked to; with several the person chooses."""
    only = f'<option value="{ruian.accounts["flagship"].pk}" selected>'
    assert only in browser("ruian-editor").get("/articles/new/").content.decode()
    page = browser("gpnu-college").get("/articles/new/").content.decode()
    options = page[page.index('name="account"') :]
    assert '<option value="" selected>' in options[: options.index("</select>")]


@pytest.mark.article("ruian-6.3")
def test_a_credit_the_rulebook_does_not_name_is_neither_shown_nor_sent(ruian, draft):
    """The preview and what goes out agree; no key of ours is ever read."""
    draft.working |= {"credits": {"editor": "林知夏", "nobody": "无名"}}
    content = Content.stored(draft.working)
    viewer = Viewer(ruian.people["ruian-editor"], ruian.institution, "")
    assert reading.as_read(viewer, draft, content)["credits"] == [("责编", "林知夏")]
    sent = body_of(Revision(article=draft, content=draft.working), str)
    assert "责编：林知夏" in sent
    assert "nobody" not in sent
