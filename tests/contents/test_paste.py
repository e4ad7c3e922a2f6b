"""Pasted source: style sheets inlined, pictures brought home or left as a marked gap, nothing fetched that should not be."""

import base64

import pytest

from guanhao.contents import checks, paste
from guanhao.contents.imported import imported
from guanhao.contents.isolated import FileRefused
from guanhao.contents.paste import import_html, remote_picture
from guanhao.core.http import Fetched, NotFetched
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.people.access import actor_of
from tests.contents.test_files import picture_bytes

DIGEST = "sha256:" + "c" * 64


@pytest.fixture
def editor(ruian):
    person = ruian.people["ruian-editor"]
    return {"actor": actor_of(person), "person": person}


@pytest.fixture
def network(monkeypatch):
    """A web of addresses; whatever is not in it cannot be fetched. Remembers what was asked for."""
    pages, asked = {}, []

    def fetch(url, *, max_bytes, **_more):
        asked.append(url)
        if url not in pages or len(pages[url]) > max_bytes:
            raise NotFetched
        return Fetched("image/png", pages[url])

    monkeypatch.setattr(paste, "fetch_public", fetch)
    return pages, asked


def test_style_sheets_become_style_attributes(editor):
    """Also by position among siblings; the sheet itself is gone."""
    source = "<style>p.a{color:red} p:nth-child(2){text-indent:2em}</style><p class='a'>一</p><p>二</p>"
    html = import_html(**editor, html=source).html
    assert '<p style="color:red">一</p>' in html
    assert '<p style="text-indent:2em">二</p>' in html
    assert "class" not in html


@pytest.mark.requirement("NT2")
def test_a_remote_picture_is_stored_and_fetched_once(editor, network):
    """Lazy pages write ``data-src``; the same address twice is one fetch."""
    pages, asked = network
    pages["https://mmbiz.qpic.cn/a?wx_fmt=png"] = picture_bytes((8, 8))
    source = '<p><img data-src="https://mmbiz.qpic.cn/a?wx_fmt=png" src="data:,"><img src="https://mmbiz.qpic.cn/a?wx_fmt=png"></p>'
    brought = import_html(**editor, html=source)
    assert brought.html.count('src="asset:sha256:') == 2
    assert asked == ["https://mmbiz.qpic.cn/a?wx_fmt=png"]
    assert brought.notes == ()


@pytest.mark.requirement("NT2")
def test_a_picture_that_cannot_be_had_leaves_a_gap_that_a_check_blocks(ruian, editor, network, offer):
    """The gap names the host, never the address with its keys; the article cannot be handed in like this."""
    brought = import_html(**editor, html='<p>字<img src="https://cdn.example/secret-key/a.png"></p>')
    assert '<img data-lost="cdn.example">' in brought.html
    assert "secret-key" not in brought.html + repr(brought.notes)
    article = offer(ruian, "ruian-section", unit="学生科", body=brought.html)
    assert "platform.lost_picture" in [one.rule for one in checks.preview(article)]


def test_a_picture_inside_the_address_is_stored(editor, network):
    """Base64; broken data is a gap."""
    inside = "data:image/png;base64," + base64.b64encode(picture_bytes((9, 9))).decode()
    assert 'src="asset:' in import_html(**editor, html=f'<p><img src="{inside}"></p>').html
    assert "data-lost" in import_html(**editor, html='<p><img src="data:image/png;base64,AAAA"></p>').html
    assert network[1] == []


@pytest.mark.requirement("CF3")
@pytest.mark.parametrize(
    "address", ["data:image/svg+xml,<svg onload=alert(1)>", "data:text/html,<b>x", "data:,"]
)
def test_an_address_that_holds_no_picture_is_refused(editor, network, address):
    """SVG is no picture to us."""
    with pytest.raises(Refused):
        remote_picture(**editor, address=address)


@pytest.mark.requirement("NT2")
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/a.png", "http://localhost/a.png", "http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/",
        "http://[::1]/a.png", "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/", "file:///etc/passwd", "ftp://example.com/a",
        "gopher://x", "http://0/", "http://2130706433/", "",
    ],
)  # fmt: skip
def test_our_own_network_cannot_be_read_through_a_picture(editor, address):
    """With the real client; every refusal is the same sentence."""
    with pytest.raises(Refused) as refused:
        remote_picture(**editor, address=address)
    assert refused.value.denied.reason == NotFetched().sentence


def test_more_pictures_than_one_import_may_bring_are_gaps(editor, network, monkeypatch):
    """Each is named in the notes."""
    monkeypatch.setattr(paste, "MOST_PICTURES", 2)
    pages, _ = network
    for number in range(4):
        pages[f"https://a.cn/{number}.png"] = picture_bytes((4 + number, 4))
    source = "".join(f'<img src="https://a.cn/{number}.png">' for number in range(4))
    brought = import_html(**editor, html=f"<p>{source}</p>")
    assert brought.html.count("asset:") == 2
    assert len(brought.notes) == 2


@pytest.mark.requirement("CF7")
def test_a_source_beyond_the_bounds_is_refused(editor):
    """Before anything parses it."""
    with pytest.raises(FileRefused):
        import_html(**editor, html="<p>字</p>" * 600_000)


@pytest.mark.requirement("CF1")
def test_what_comes_in_is_sanitised():
    """Whatever the fetcher answers; an ``alt`` that closes the tag stays an ``alt``."""

    def refuse(source):
        raise Refused(Denied(Text(zh="不行。", en="No.")))

    hostile = '<p onclick=x><img src="https://x.example/a" alt=\'"><script>alert(1)</script>\' onerror=alert(1)></p><script>1</script>'
    html = imported(hostile, refuse).html
    assert "<script" not in html.replace("&lt;script", "")
    assert "onerror" not in html
    assert imported('<img src="https://a.cn/x">', lambda _: DIGEST).html == f'<img src="asset:{DIGEST}">'
