"""HTML from anywhere: what survives, what never does, and that cleaning rests."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanhao.contents.sanitise import MOST_BYTES, PROPERTIES, TAGS, TooLong, clean_style, sanitise

ASSET = "asset:sha256:" + "0" * 64

HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    '<img srcset="https://t.example/a.png 2x">',
    '<a href="javascript:alert(1)">a</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">a</a>',
    '<a href=" &#14; javascript:alert(1)">a</a>',
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<a href="vbscript:x">a</a>',
    "<svg onload=alert(1)></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<link rel="stylesheet" href="https://evil.example/a.css">',
    '<iframe src="https://evil.example"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="https://evil.example"></object><embed src="https://evil.example">',
    '<form action="https://evil.example"><input name=a><button formaction="javascript:alert(1)">b</button></form>',
    "<style>@import url(https://evil.example/a.css); p{background:url(https://t.example)}</style>",
    '<p style="background:url(https://t.example/pixel)">x</p>',
    '<p style="background:url(&quot;javascript:alert(1)&quot;)">x</p>',
    '<p style="width:expression(alert(1))">x</p>',
    '<p style="width:ex/**/pression(alert(1))">x</p>',
    '<p style="behavior:url(#default#time2)">x</p>',
    '<p style="-moz-binding:url(https://evil.example)">x</p>',
    '<p style="position:fixed;top:0;left:0;z-index:9999">x</p>',
    '<p style="background-image:\\75rl(https://t.example)">x</p>',
    '<p style="background-image:image-set(\'https://t.example\' 1x)">x</p>',
    '<p style="color:var(--x);content:attr(title)">x</p>',
    '<p style="color:red}body{background:url(https://t.example)">x</p>',
    '<p style="font-family:\'</style><script>alert(1)</script>\'">x</p>',
    "<template><script>alert(1)</script></template>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!--><img src=x onerror=alert(1)>-->",
    '<p onclick="alert(1)" onmouseover=alert(1) formaction="x" is="x" class="a" id="location">x</p>',
    '<isindex action="javascript:alert(1)">',
    '<video src="https://t.example" onerror=alert(1)><source onerror=alert(1)></video>',
    "<p>\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    '<table background="https://t.example"><td background="javascript:alert(1)">x</table>',
    '<a href="https://ok.cn" target="_blank" ping="https://t.example">x</a>',
]  # fmt: skip

ALLOWED_NAMES = {"style", "align", "href", "title", "src", "alt", "width", "height", "data-lost", "colspan", "rowspan",
                 "valign", "border", "cellpadding", "cellspacing", "span", "start", "type"}  # fmt: skip


class Audit(HTMLParser):
    """Reads a result as a stranger would and refuses everything that is not on the list."""

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ALLOWED_NAMES, (tag, name)
            if name == "src":
                assert re.fullmatch(r"asset:sha256:[0-9a-f]{64}", value)
            if name == "href":
                assert value.lower().startswith(("http://", "https://"))
            if name == "style":
                for declaration in value.split(";"):
                    assert declaration.split(":")[0] in PROPERTIES
                assert not re.search(r"url\s*\(|expression|javascript|@import|\\|/\*", value, re.IGNORECASE)

    handle_startendtag = handle_starttag

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def audited(html):
    result = sanitise(html)
    audit = Audit(convert_charrefs=True)
    audit.feed(result)
    audit.close()
    return result


@pytest.mark.requirement("CF1")
@pytest.mark.parametrize("html", HOSTILE)
@pytest.mark.parametrize(
    "frame", ["{}", "<p>前{}后</p>", "<table><tr><td>{}</td></tr></table>", "<p style='color:red'>{}"]
)
def test_nothing_that_acts_or_fetches_survives(html, frame):
    """Alone, in a paragraph, in a table and after an unclosed tag."""
    tags_only = re.sub(r">[^<]*<", "><", f">{audited(frame.format(html))}<")
    assert "alert" not in tags_only
    assert "example" not in tags_only


@pytest.mark.requirement("CF1")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            '<section style="background:linear-gradient(90deg,#fff 0%,rgba(0,0,0,.2) 100%)">x</section>',
            "rgba(0,0,0,.2) 100%)",
        ),
        ("<p style=\"font-family:'微软雅黑',sans-serif\">x</p>", "微软雅黑"),
        (
            '<p style="text-indent:2em;line-height:1.75;letter-spacing:1px">x</p>',
            "text-indent:2em;line-height:1.75",
        ),
        (
            '<section style="display:flex;justify-content:center"><span>x</span></section>',
            "justify-content:center",
        ),
        (
            '<p style="transform:rotate(3deg) translate(1px,2px)">x</p>',
            "transform:rotate(3deg) translate(1px,2px)",
        ),
        ('<p style="width:calc(100% - 2em)!important">x</p>', "width:calc(100% - 2em)!important"),
        (
            '<section style="box-shadow:0 0 4px rgba(0,0,0,.3);border-radius:8px">x</section>',
            "border-radius:8px",
        ),
        ('<table><tr><td colspan="2" style="border:1px solid #ccc">x</td></tr></table>', 'colspan="2"'),
        (f'<img src="{ASSET}" alt="图" style="width:100%">', ASSET),
        ('<a href="https://www.edu.cn/?a=1&amp;b=2">x</a>', 'href="https://www.edu.cn/?a=1&amp;b=2"'),
    ],
)
def test_what_135_and_word_write_is_kept(given, kept):
    """The looks that readers see."""
    assert kept in audited(given)


@pytest.mark.requirement("CF1")
def test_a_css_escape_is_written_plainly():
    r"""``re\64`` is red to a browser; so it is to us."""
    assert clean_style("color:re\\64") == "color:red"


pieces = st.sampled_from(
    [*HOSTILE, "<p>", "</p>", "<section>", "</section>", "<table>", "<tr>", "<td>", "</table>", "<b>", "</i>", "<a href='http://a.cn'>",
     "文字", "&lt;script&gt;", "&amp;amp;", "<", ">", "'", '"', "<!--", "-->", "<br/>", f"<img src='{ASSET}'>", " ", "\n",
     "<li>", "<ul>", "<h1>", "<ruby>漢<rt>hàn</rt></ruby>", "<p style='color:red;;'>", "<pre>\n\n", "</textarea>"]
)  # fmt: skip


@pytest.mark.requirement("CF1")
@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(pieces, st.text("<>/='\"a &;!-中", max_size=8)), max_size=14).map("".join))
def test_cleaning_twice_is_cleaning_once(html):
    """Whatever is thrown at it; and the result is always on the list."""
    once = audited(html)
    assert sanitise(once) == once


@pytest.mark.requirement("CF1")
@given(st.text("abcdefghijklmnopqrstuvwxyz-:;()'\"\\/*#0123456789 ,.%!微", max_size=60))
def test_a_style_rests_too(value):
    """Cleaning a cleaned style changes nothing."""
    once = clean_style(value)
    assert once is None or clean_style(once) == once


@pytest.mark.requirement("CF7")
def test_an_article_beyond_a_megabyte_is_refused():
    """No platform takes it, and nobody should parse it."""
    with pytest.raises(TooLong):
        sanitise("字" * (MOST_BYTES // 3 + 1))
