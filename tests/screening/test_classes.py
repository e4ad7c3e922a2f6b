"""Each class of findings on its own cases: what must be found, and what must be left alone. All of it is invented."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.screening import figures, links, roster, secrecy, wording
from guanhao.screening.force import Force
from guanhao.screening.hits import HitClass, HitKind
from guanhao.screening.links import LinkRules
from guanhao.screening.personal import KINDS
from guanhao.screening.roster import Leader, Roster, UnitName
from guanhao.screening.screen import Screening, screen, screen_all
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Term
from guanhao.screening.text import TextView, body_view
from guanhao.screening.wording import WordingRules

EVERY_KIND = Screening(personal=frozenset(kind.value for kind in KINDS))


def view(text):
    return TextView.plain("body", text)


PERSONAL = [
    ("联系电话：0577-65123456", "landline", "0577-65123456"),
    ("电话（0577）65123456转8001", "landline", "0577）65123456"),
    ("热线010-62345678", "landline", "010-62345678"),
    ("办公室：020 83456789。", "landline", "020 83456789"),
    ("学号：2018051234", "student_number", "2018051234"),
    ("学号201805123401，姓名林某", "student_number", "201805123401"),
    ("工号为T20180512", "student_number", "T20180512"),
    ("准考证号：330381201806", "student_number", "330381201806"),
    ("一卡通号 20180512", "student_number", "20180512"),
    ("护照号码：E12345678", "passport", "E12345678"),
    ("护照（G12345678）", "passport", "G12345678"),
    ("港澳通行证：C12345678", "passport", "C12345678"),
    ("车牌浙C12345的车主", "plate", "浙C12345"),
    ("，浙C·A1234请挪车", "plate", "浙C·A1234"),
    ("粤BD12345新能源车", "plate", "粤BD12345"),
    ("家庭住址：瑞城街道安阳路18号3幢502室", "address", "瑞城街道安阳路18号3幢502室"),
    ("现住某某新村5栋201室", "address", "某某新村5栋201室"),
    ("收货地址为学院路1号菜鸟驿站3号", "address", "学院路1号"),
    ("旧证号330381850523001", "id_number", "330381850523001"),
    ("邮箱zhang_san@example.com", "email", "zhang_san@example.com"),
    ("微信13912345678", "phone", "13912345678"),
    ("＋8613912345678", "phone", "13912345678"),
]


@pytest.mark.parametrize(("text", "kind", "number"), PERSONAL)
def test_personal_data_is_found_and_never_written_in_full(text, kind, number):
    """The mask and the message keep the ends at most."""
    hits = screen(view(text), EVERY_KIND)
    assert kind in [hit.kind.value for hit in hits]
    if kind != "email":
        assert number not in repr(hits)


@pytest.mark.parametrize(
    "text",
    [
        "第2018051234期",
        "2026年11月20日16:00",
        "全校共有12345678册图书",
        "票号20261120001",
        "ISBN978-7-04-012345-6",
        "邮编325200",
        "学院地址：安阳路18号",
        "版本号1.2.3.4",
        "京沪高铁G123次",
        "浙江C位出道",
        "本科批次录取分数线573",
        "发文编号瑞院〔2026〕10号",
        "银行转账123456789012345678",
        "总投资330381850543001元",
        "QQ群号123456789",
        "统一社会信用代码12330381470123456A",
        "比分110:112",
        "学号是每位同学的编号",
        "请妥善保管护照",
    ],
)
def test_ordinary_numbers_are_nobodys_data(text):
    """Editions, prices, addresses of the school, trains."""
    assert screen(view(text), EVERY_KIND) == []


ON = date(2026, 11, 20)
SECRET = [
    "绝密★", "机密★10年", "秘密★长期", "机 密 ★ 5年", "绝密", "【秘密】", "（机密）", "密级：机密", "密 级: 绝密", "保密期限：10年",
    "秘密级文件", "机密级资料", "某密发〔2026〕3号", "某政密电〔2025〕第12号", "内部资料", "内部文件，注意保存", "【内部资料】", "（内部资料）",
    "内部材料 请勿外传", "本文件为内部资料", "此件系内部文件", "仅供内部参考", "仅供领导阅示", "只限内部使用", "仅供内部传阅", "此件不得外传",
    "本资料严禁上网", "内部通报，不得转发", "注意保密", "严禁外传", "暂不公开", "方案暂不对外公布", "此件不予公开", "特急 明电",
    "11月20日前请勿发布", "2026年11月20日之前不得对外公开", "请于11月21日后可发布", "禁发期：11月20日", "解禁时间：9月1日", "未经审定，请勿发布",
    "1月1日起方可报道",
]  # fmt: skip


@pytest.mark.article("xartvu-12")
@pytest.mark.parametrize("text", SECRET)
def test_markings_and_embargoes_in_their_real_forms_are_found(text):
    """Signs, heads, brackets, notes, document numbers, dates before which nothing may go out."""
    assert [*secrecy.find(view(f"前文\n{text}\n后文"))]


@pytest.mark.article("xartvu-12")
@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("11月20日前请勿发布", False),
        ("11月20日18:00前请勿发布", True),
        ("11月21日前请勿发布", True),
        ("11月20日起方可报道", False),
        ("11月20日后方可报道", True),
        ("11月19日后方可报道", False),
        ("2025年12月31日前不得公开", False),
        ("1月5日前不得公开", True),
        ("13月40日前不得公开", True),
        ("解禁时间：9月1日", True),
    ],
)
def test_an_embargo_is_told_until_its_day_has_come(text, holds):
    """On the day itself one with an hour still holds; a day without a year is the nearest; what cannot be read is told."""
    assert bool([*secrecy.find(view(text), on=ON)]) is holds


@pytest.mark.parametrize(
    "text",
    [
        "商业秘密保护讲座", "保密工作会议召开", "《秘密花园》读书会", "他有一个小秘密。", "揭开极光的秘密", "机密电影观后感", "保密委员会办公室",
        "国家秘密是指关系国家安全的事项", "学习保守国家秘密法", "严守国家秘密，人人有责", "请妥善保管个人财物", "请保管好您的行李", "实验室内部资料架已更新",
        "建筑内部材料以木质为主", "图书馆内部环境焕然一新", "学生个人信息不得泄露", "依法不予公开的情形", "试题严禁抄袭", "绝密级别的演唱会彩排",
        "军训最绝密的武器是微笑", "秘密武器", "机密文件整理大赛", "请勿转发未经证实的消息", "禁止复制粘贴他人作业", "公开课不公开？", "★优秀★",
        "密码请勿外泄", "成绩将于7月1日公布", "报名从9月1日起", "在11月20日前提交", "内部审计工作启动", "内部控制制度", "团队内部交流热烈",
    ],
)  # fmt: skip
@pytest.mark.article("xartvu-12")
def test_ordinary_uses_of_the_words_are_no_markings(text):
    """Law classes, books, housekeeping."""
    assert [*secrecy.find(view(f"前文。\n今天的主题：{text}。\n后文"))] == []


WRONG_FIGURES = [
    ("2026年11月20日（星期四）", Force.ERROR), ("2026年11月20日星期六", Force.ERROR), ("2026年2月29日", Force.ERROR),
    ("2025年4月31日", Force.ERROR), ("11月31日", Force.ERROR), ("13月5日", Force.ERROR), ("2026-02-30", Force.ERROR),
    ("2026.13.01", Force.ERROR), ("2026/6/31", Force.ERROR), ("11月20日（周三）", Force.WARN), ("6月31号", Force.ERROR),
    ("下午25:10", Force.ERROR), ("时间：14:75", Force.ERROR), ("上午9点70分", Force.ERROR), ("24:30至", Force.ERROR),
    ("5月20日至18日", Force.WARN), ("5月20日-12日", Force.WARN), ("合格率达102%", Force.WARN), ("占比为130%", Force.WARN), ("占比达到130%", Force.WARN), ("占全校高达120%", Force.WARN), ("占全校120%", Force.WARN),
    ("就业率101.5%", Force.WARN), ("到课率高达120％", Force.WARN), ("人民币壹仟贰佰元整（1300元）", Force.ERROR),
    ("伍万元整（¥5000）", Force.ERROR), ("3.5万元（大写：叁万伍仟贰佰元整）", Force.ERROR), ("叁佰元（￥30.00）", Force.ERROR),
    ("1.甲\n2.乙\n4.丙", Force.HINT), ("一、甲\n二、乙\n二、丙", Force.HINT), ("（一）甲\n（三）乙", Force.HINT), ("一、甲\n三、乙", Force.HINT),
    ("第一条 甲\n第三条 乙", Force.HINT), ("第二章　甲\n第二章　乙", Force.HINT), ("成本下降120%", Force.WARN), ("降幅达150％", Force.WARN),
]  # fmt: skip


@pytest.mark.parametrize(("text", "force"), WRONG_FIGURES)
def test_dates_times_and_figures_that_cannot_be_are_found(text, force):
    """What a calendar or arithmetic refutes is an error; what is only odd binds less."""
    prefix = "时间" if text.startswith("24") else ""
    assert force in [hit.force for hit in figures.find(view(prefix + text), today=date(2026, 11, 20))]


@pytest.mark.parametrize(
    "text",
    [
        "2026年11月20日（星期五）", "2024年2月29日", "11月20日（周五）下午", "2026-11-20", "9月1日至9月30日", "9月28日至10月2日", "比分3:2",
        "比例为1:75", "上午9:00-11:30", "24:00前", "增长120%", "同比增长210%", "完成全年任务的130%", "壹仟贰佰元整（1200元）", "伍万元整（5万元）",
        "3.5万元（大写：叁万伍仟元整）", "叁佰零伍元（￥305.00）", "壹亿贰仟万元（120,000,000元）", "1.甲\n2.乙\n3.丙", "一、甲\n1.子\n2.丑\n二、乙\n1.寅\n2.卯",
        "（一）甲\n1.子\n（二）乙\n1.丑", "十、甲\n十一、乙\n十二、丙", "版本2.1\n版本2.3", "第3名", "周五晚7点30分", "1.5倍\n2.8倍",
        "第一条 甲\n第二条 乙\n第三条 丙", "根据第三条规定\n按第九条办理", "第一章 总则\n第一条 甲\n第二章 分则\n第二条 乙", "成本下降20%", "下降了100%",
    ],
)  # fmt: skip
def test_right_dates_and_figures_are_left_alone(text):
    """Scores, growth, ranges over the end of a month, lists within lists."""
    assert [*figures.find(view(text), today=date(2026, 11, 20))] == []


def test_the_weekday_is_put_right():
    """With the day it really was."""
    (hit,) = figures.find(view("2026年11月20日（星期四）"))
    assert (hit.kind, hit.suggestions, hit.mask) == (HitKind.DATE, ("五",), "四")


ROSTER = Roster(
    leaders=(
        Leader(name="林楚安", title="党委书记", rank=1),
        Leader(name="周知远", title="院长", rank=2),
        Leader(name="郑晓帆", title="副院长", rank=3, since=date(2025, 9, 1)),
        Leader(name="何明", title="副院长", rank=4, until=date(2025, 8, 31)),
    ),
    units=(
        UnitName(name="信息工程学院", old=("计算机系",), wrong=("信工院",)),
        UnitName(name="学生工作部", old=("学生处",)),
        UnitName(name="新瑞安学院", old=("瑞安学院",)),
    ),
)


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("党委书记林楚按出席", HitKind.PERSON_NAME, "林楚安"),
        ("林础安讲话", HitKind.PERSON_NAME, "林楚安"),
        ("周之远主持会议", HitKind.PERSON_NAME, "周知远"),
        ("郑小帆、周知远", HitKind.PERSON_NAME, "郑晓帆"),
        ("副院长何名出席", HitKind.PERSON_NAME, "何明"),
        ("院长林楚安出席", HitKind.TITLE, "党委书记"),
        ("林楚安院长出席", HitKind.TITLE, "党委书记"),
        ("党委书记周知远", HitKind.TITLE, "院长"),
        ("副院长周知远出席", HitKind.TITLE, "院长"),
        ("党委副书记林楚安出席", HitKind.TITLE, "党委书记"),
        ("周知远副院长出席", HitKind.TITLE, "院长"),
        ("计算机系主办", HitKind.UNIT_NAME, "信息工程学院"),
        ("信工院承办", HitKind.UNIT_NAME, "信息工程学院"),
        ("报学生处备案", HitKind.UNIT_NAME, "学生工作部"),
        ("瑞安学院召开", HitKind.UNIT_NAME, "新瑞安学院"),
    ],
)
def test_slips_in_names_titles_and_units_are_found(text, kind, suggestion):
    """With what the roster says."""
    assert (kind, (suggestion,)) in [
        (hit.kind, hit.suggestions) for hit in roster.find(view(text), ROSTER, on=ON)
    ]


def test_leaders_are_listed_by_rank():
    """The order of an enumeration is a hint."""
    hits = [*roster.find(view("出席的有周知远、林楚安。"), ROSTER, on=ON)]
    assert [hit.kind for hit in hits] == [HitKind.ORDER]


@pytest.mark.parametrize(
    "text",
    ["党委书记林楚安、院长周知远、副院长郑晓帆出席。", "何明老师上课", "明何其多", "新瑞安学院召开大会", "副院长郑晓帆讲话", "林楚安同志", "周知远博士任院长", "知远楼", "时任副院长周知远", "原副院长周知远"],
)  # fmt: skip
def test_right_names_titles_and_units_are_left_alone(text):
    """Former leaders without a title, buildings, units whose name contains an old one."""
    assert [*roster.find(view(text), ROSTER, on=ON)] == []


BAD_WORDING = [
    ("会议涉及到三项内容", HitKind.PHRASE), ("凯旋归来的队员", HitKind.PHRASE), ("广大莘莘学子", HitKind.PHRASE), ("截止到目前为止", HitKind.PHRASE),
    ("各位同学们好", HitKind.PHRASE), ("其它同学也来了", HitKind.PHRASE), ("降低了一倍", HitKind.PHRASE), ("原因是因为天气", HitKind.PHRASE),
    ("免费赠送礼品", HitKind.PHRASE), ("再次重申要求", HitKind.PHRASE), ("补齐提升短板", HitKind.PHRASE), ("俩个同学", HitKind.PHRASE),
    ("你好，，世界", HitKind.PUNCTUATION), ("结束。，开始", HitKind.PUNCTUATION), ("中文,逗号", HitKind.PUNCTUATION), ("真好！！", HitKind.PUNCTUATION),
    ("等等……", HitKind.PUNCTUATION), ("他说...然后", HitKind.PUNCTUATION), ("结束了.", HitKind.PUNCTUATION), ("《甲》、《乙》", HitKind.PUNCTUATION),
    ("会议(今天召开", HitKind.BRACKET), ("他说“你好。", HitKind.BRACKET), ("书名》很好", HitKind.BRACKET), ("他说:“好”", HitKind.PUNCTUATION), ("看了《家》,很好", HitKind.PUNCTUATION), ('评为"先进"集体', HitKind.PUNCTUATION), ("（甲（乙）", HitKind.BRACKET),
    ("我们我们去", HitKind.REPEATED), ("学校的的安排", HitKind.REPEATED), ("开展开展活动", HitKind.REPEATED), ("和和老师", HitKind.REPEATED),
    ("汉字 之间", HitKind.SPACING), ("标点 ，之前", HitKind.SPACING), ("ＡＢＣ大赛", HitKind.SPACING), ("２０２６年", HitKind.SPACING),
    ("长" * 121 + "。", HitKind.LENGTH),
    ("标题\n，内容", HitKind.PUNCTUATION), ("（一）、总则", HitKind.PUNCTUATION), ("（3）、报名", HitKind.PUNCTUATION), ("第一、提高认识", HitKind.PUNCTUATION),
    ("来了三、四个同学", HitKind.PUNCTUATION), ("练了七、八次", HitKind.PUNCTUATION), ("他说“请看“通知”吧”。", HitKind.BRACKET),
    ("《关于《章程》的说明》", HitKind.BRACKET), ("学校（含分校)通知", HitKind.BRACKET), ("学校(含分校）通知", HitKind.BRACKET),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), BAD_WORDING)
def test_wording_and_punctuation_are_doubted(text, kind):
    """Set phrases, marks, brackets, doubled words, blanks, long sentences."""
    assert kind in [hit.kind for hit in wording.find(view(text), WordingRules())]


@pytest.mark.parametrize(
    "text",
    [
        "会议涉及三项内容。", "“你好。”他说。", "1）甲；2）乙；", "（1）甲（2）乙", "《甲》《乙》", "等等。", "好的，的确如此。", "一了百了。", "天天向上，人人参与。", "Hello, world.",
        "是非分明，是是非非。", "3.14与2.71", "A (B) C", "他说：“看《红楼梦》（第一回）。”", "省略……然后", "破折号——如此", "a) 甲", "学校（含分校）", "把把关", "将将就就",
        "多少？一个！", "瑞安 2026", "地地道道", "和和气气",
    ],
)  # fmt: skip
def test_right_wording_is_left_alone(text):
    """Lists, reduplication that is meant, Latin text."""
    assert [hit for hit in wording.find(view(text), WordingRules()) if hit.force is not Force.HINT] == []


FINE_PUNCTUATION = [
    "第一，提高认识；第二，抓好落实。", "（一）总则", "三、四年级同学", "一、二年级", "来了三四个同学", "三、四两个小组", "“请看‘通知’吧”", "《〈章程〉说明》",
    "占比为30%，增长120%", '屏幕3"宽', 'print("ok")', "学校（含分校）通知", "f(x) 的值", "他说：“好。”\n“走吧。”她说", "（甲）、（乙）两地", "图（1）、图（2）", "第一、第二两组", "五、六两日",
]  # fmt: skip


@pytest.mark.parametrize("text", FINE_PUNCTUATION)
def test_punctuation_as_the_standard_has_it_is_not_even_hinted_at(text):
    """What looks much like the slips of GB/T 15834 above and is none."""
    assert [hit.message.zh for hit in wording.find(view(text), WordingRules())] == []


@pytest.mark.parametrize(
    ("address", "force"),
    [
        ("https://t.cn/A6abcd", Force.WARN), ("http://bit.ly/2abc", Force.WARN), ("https://192.168.1.20/a", Force.WARN),
        ("https://8.8.8.8/x", Force.WARN), ("https://admin@evil.example.cn/", Force.WARN), ("https://www.example.com/a", Force.HINT),
        ("http://www.example.edu.cn/a", Force.HINT), ("https://dead.example.cn/x", Force.WARN), ("https://localhost", Force.ERROR),
        ("https://[::1/", Force.ERROR), ("https://suo.im/abc", Force.WARN), ("https://www.example.org/中", Force.HINT),
    ],
)  # fmt: skip
def test_doubtful_links_are_found(address, force):
    """Shortened, bare numbers, misleading, foreign, open, dead, malformed."""
    rules = LinkRules(dead={"https://dead.example.cn/x": "404"})
    (hit,) = links.find(view(f"点击{address} 查看"), rules)
    assert hit.force is force


@pytest.mark.parametrize(
    "address",
    ["https://www.example.edu.cn/a?b=c", "https://mp.weixin.qq.com/s/abc", "https://weibo.com/123/abc", "https://学校.中国/x"],
)  # fmt: skip
def test_ordinary_links_are_left_alone(address):
    """Encrypted, at home, written out."""
    assert [*links.find(view(f"见{address}。"), LinkRules())] == []


def test_a_white_list_is_a_white_list():
    """Hosts and what is below them."""
    rules = LinkRules(hosts=frozenset({"example.edu.cn"}))
    assert [*links.find(view("https://a.example.edu.cn/x"), rules)] == []
    assert [*links.find(view("https://aexample.edu.cn/x"), rules)]


@pytest.mark.article("gpnu-8")
def test_terms_of_a_list_become_hits_with_family_force_and_disguise():
    """What the list says is handed on; the place is the place in the HTML."""
    index = TermIndex.of([Term(text="刷单兼职", family="fraud", force=Force.BLOCK, note="诈骗")])
    html = "<p>招<b>刷</b>&nbsp;单<i>兼</i>職</p>"
    (hit,) = screen(body_view(html), Screening(terms=index))
    assert (hit.family, hit.force, hit.hit_class) == ("fraud", Force.BLOCK, HitClass.TERMS)
    assert html[hit.original_start : hit.original_end] == "刷</b>&nbsp;单<i>兼</i>職"
    assert "变体" in hit.message.zh


def test_terms_never_cross_the_border_of_a_block():
    """Two paragraphs are two texts."""
    index = TermIndex.of([Term(text="刷单兼职", family="fraud")])
    assert screen(body_view("<p>刷单</p><p>兼职</p>"), Screening(terms=index)) == []


def test_hidden_characters_are_a_finding_of_their_own_and_emoji_are_not():
    """Joiners belong inside emoji."""
    wanted = Screening(hidden_characters=True)
    assert [hit.kind for hit in screen(view("微\u200b信\u202e"), wanted)] == [HitKind.HIDDEN_CHARACTER] * 2
    assert screen(view("一家👨\u200d👩\u200d👧很好☀\ufe0f"), wanted) == []


@pytest.mark.parametrize("text", ["招刷单兼职，加13912345678", "绝密★\n微\u200b信", "2026年2月30日，，"])
def test_an_html_draft_screens_like_its_text(text):
    """Tags change places in the source and nothing else."""
    index = TermIndex.of([Term(text="刷单兼职", family="f")])
    wanted = Screening(
        personal=EVERY_KIND.personal, secrecy=True, terms=index, hidden_characters=True, figures=True,
        wording=WordingRules(), links=LinkRules(),
    )  # fmt: skip
    html = "".join(f"<p>{line[:2]}<b>{line[2:]}</b></p>" for line in text.split("\n"))
    (plain,) = [screen(view(text), wanted)]
    tagged = screen(body_view(html), wanted)
    assert [(hit.kind, hit.start, hit.end) for hit in tagged] == [
        (hit.kind, hit.start, hit.end) for hit in plain
    ]
    assert plain


def test_nothing_is_looked_for_that_was_not_asked():
    """An empty screening is silent."""
    assert screen_all([view("绝密★ 13912345678，，")], Screening()) == []


NAMES = st.frozensets(st.text(alphabet="林知夏王伟李明x1", min_size=1, max_size=4), min_size=1, max_size=6)


@given(NAMES, st.text(alphabet="林知夏王伟李明x1", max_size=40))
def test_one_pass_finds_what_looking_for_every_name_by_itself_finds(names, text):
    """The plain way, a pattern for each character of each name, is too slow for hundreds of names but easy to believe."""
    plainly = {
        (name, place, match.start())
        for name in names
        if len(name) > 1
        for place in range(len(name))
        for match in re.finditer(f"{name[:place]}[\u4e00-\u9fff]{name[place + 1 :]}", text)
        if match[0] not in names
    }
    assert set(roster._one_off(text, roster.Names(names))) == plainly
