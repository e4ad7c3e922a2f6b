"""Uploads are judged by their bytes, belong to their account and have an end."""

from __future__ import annotations

import pytest

from tests.support.wechat_client import jpg, png

MEGABYTE = 1024 * 1024
MP3, MP4, GIF, BMP = (
    b"ID3" + bytes(50),
    b"\0\0\0\x18ftypmp42" + bytes(50),
    b"GIF89a" + bytes(50),
    b"BM" + bytes(50),
)


class TestPicturesInTexts:
    """media/uploadimg."""

    @pytest.mark.parametrize("content", [png(), jpg(100)])
    def test_png_and_jpg_get_an_address_on_the_platforms_host(self, client, content):
        """Only such addresses survive in an article."""
        assert client.upload("media/uploadimg", content)["url"].startswith("http://mmbiz.qpic.cn/mmbiz_")

    def test_the_same_bytes_twice_get_two_addresses(self, client):
        """So clients must remember what they uploaded."""
        first, second = (client.upload("media/uploadimg", png())["url"] for _ in range(2))
        assert first != second

    @pytest.mark.parametrize(
        ("content", "errcode"),
        [(GIF, 40005), (b"no picture", 40005), (b"", 44001), (png(MEGABYTE), 40009), (png(MEGABYTE - 1), 0)],
    )
    def test_type_and_size_are_checked_by_content(self, client, content, errcode):
        """The name says png every time; below one megabyte is allowed, one megabyte is not."""
        assert client.upload("media/uploadimg", content, "a.png").get("errcode", 0) == errcode

    def test_a_body_without_a_file_is_refused(self, client):
        """Neither JSON nor another field is media."""
        assert client.post("media/uploadimg", any="thing")["errcode"] == 41005
        response = client.raw("POST", "media/uploadimg", files={"file": ("a.png", png())})
        assert response.json()["errcode"] == 41005

    def test_they_are_not_counted_in_the_library(self, client):
        """The library shows none of them."""
        client.upload("media/uploadimg", png())
        assert client.get("material/get_materialcount")["image_count"] == 0


class TestLibrary:
    """material/*."""

    @pytest.mark.parametrize(
        ("kind", "content", "errcode"),
        [
            ("image", GIF, 0),
            ("image", BMP, 0),
            ("image", MP3, 40005),
            ("image", png(10 * MEGABYTE), 0),
            ("image", png(10 * MEGABYTE + 1), 40009),
            ("thumb", jpg(64 * 1024), 0),
            ("thumb", jpg(64 * 1024 + 1), 40012),
            ("thumb", png(), 40005),
            ("voice", MP3, 0),
            ("voice", MP3 + bytes(2 * MEGABYTE), 40010),
            ("video", MP3, 40005),
            ("paper", png(), 40004),
            ("", png(), 40004),
        ],
    )
    def test_each_type_has_its_formats_and_its_size(self, client, kind, content, errcode):
        """Codes name what was wrong."""
        assert client.upload("material/add_material", content, type=kind).get("errcode", 0) == errcode

    def test_what_went_in_comes_out_byte_for_byte(self, client):
        """Even bytes that look like a boundary or a line end."""
        content = png() + b"\r\n--\r\n\r\n\0\xff"
        media_id = client.upload("material/add_material", content, "封面.png", type="image")["media_id"]
        response = client.raw("POST", "material/get_material", json={"media_id": media_id})
        assert response.content == content
        assert response.headers["content-type"] == "image/png"
        assert "attachment" in response.headers["content-disposition"]

    def test_a_video_needs_a_title_and_is_shown_as_json(self, client):
        """Its description travels as a form field."""
        files = {"media": ("a.mp4", MP4), "description": (None, '{"title":"校歌","introduction":"合唱"}')}
        answer = client.raw("POST", "material/add_material", params={"type": "video"}, files=files).json()
        shown = client.post("material/get_material", media_id=answer["media_id"])
        assert (shown["title"], shown["description"]) == ("校歌", "合唱")
        assert client.upload("material/add_material", MP4, type="video")["errcode"] == 47001

    def test_listing_is_newest_first_by_type(self, client):
        """total_count is all of the type, item_count the page."""
        ids = [
            client.upload("material/add_material", png(), f"{n}.png", type="image")["media_id"]
            for n in range(3)
        ]
        client.upload("material/add_material", MP3, type="voice")
        page = client.post("material/batchget_material", type="image", offset=0, count=2)
        assert [item["media_id"] for item in page["item"]] == [ids[2], ids[1]]
        assert (page["total_count"], page["item_count"]) == (3, 2)
        assert client.get("material/get_materialcount")["voice_count"] == 1
        assert client.errcode("material/batchget_material", type="paper", offset=0, count=2) == 40004

    def test_deleted_material_is_gone(self, client):
        """The second time there is nothing to delete."""
        media_id = client.cover()
        assert client.errcode("material/del_material", media_id=media_id) == 0
        assert client.errcode("material/del_material", media_id=media_id) == 40007
        assert client.errcode("material/get_material", media_id=media_id) == 40007
        assert (
            client.post("draft/add", articles=[client.article(thumb_media_id=media_id)])["errcode"] == 40007
        )

    def test_material_in_use_cannot_be_deleted(self, sandbox, client):
        """A button of the menu holds on to it."""
        media_id = client.cover()
        button = {"name": "校徽", "sub_button": [{"name": "看图", "type": "media_id", "media_id": media_id}]}
        client.post("menu/create", button=[button])
        assert client.errcode("material/del_material", media_id=media_id) == 48005
        client.get("menu/delete")
        assert client.errcode("material/del_material", media_id=media_id) == 0

    def test_another_accounts_material_is_unknown(self, client, stranger):
        """Reading, deleting and using it all give 40007."""
        media_id = client.cover()
        assert stranger.errcode("material/get_material", media_id=media_id) == 40007
        assert stranger.errcode("material/del_material", media_id=media_id) == 40007
        assert (
            stranger.post("draft/add", articles=[stranger.article(thumb_media_id=media_id)])["errcode"]
            == 40007
        )

    def test_an_upload_may_take_a_while_to_be_known(self, sandbox, client):
        """draft/add answers 40007 until then."""
        sandbox.switch(media_lag=5)
        article = client.article()
        assert client.post("draft/add", articles=[article])["errcode"] == 40007
        sandbox.advance(5)
        assert "media_id" in client.post("draft/add", articles=[article])


class TestTemporary:
    """media/upload and media/get."""

    def test_it_lives_three_days_and_is_no_cover(self, sandbox, client):
        """Afterwards it is unknown."""
        answer = client.upload("media/upload", png(), type="image")
        assert answer["type"] == "image"
        assert answer["created_at"] == int(sandbox.read("clock")["now"])
        assert client.raw("GET", "media/get", params={"media_id": answer["media_id"]}).content == png()
        article = client.article(thumb_media_id=answer["media_id"])
        assert client.post("draft/add", articles=[article])["errcode"] == 40007
        sandbox.advance(3 * 86_400)
        client.token = client.stable_token()["access_token"]
        assert client.get("media/get", media_id=answer["media_id"])["errcode"] == 40007
