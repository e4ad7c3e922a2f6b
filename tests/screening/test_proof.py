"""Proofreading: rules are certain, statistics know their limits, and figures are counted the way everybody counts them."""

import hashlib
import json
import re
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanhao.cli import main
from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import HitKind
from guanhao.screening.proof import language, mistakes, rules, training, trees
from guanhao.screening.proof.alphabet import APART, END, PADDING, encode
from guanhao.screening.proof.calibration import calibrated
from guanhao.screening.proof.confusions import SAME_SOUND, SHAPE, alike
from guanhao.screening.proof.cuts import cut
from guanhao.screening.proof.measuring import BadPairs, measure_all, read_pairs
from guanhao.screening.proof.modelfile import BadModelFile, Thresholds, delivered, load, save
from guanhao.screening.proof.proofreading import Correction, Proofreader
from guanhao.screening.proof.rules import misspellings
from guanhao.screening.proof.shapes import common_characters
from guanhao.screening.proof.tables import PackedTable
from guanhao.screening.text import body_view
from tests.screening import prose

ROOT = Path(__file__).resolve().parents[2]
RULES = Proofreader()
FULL = Proofreader(model=delivered())


def _corrected(proofreader, text, least=Force.HINT):
    (found,) = proofreader.corrections([text])
    return [(text[one.start : one.end], one.right) for one in found if one.force.rank <= least.rank]


SLIPS = [
    ("我们要再接再励", "再接再励", "再接再厉"), ("一如继往地支持", "一如继往", "一如既往"), ("实是求是的作风", "实是求是", "实事求是"),
    ("参加技能竟赛", "竟赛", "竞赛"), ("请登陆系统查看", "登陆系统", "登录系统"), ("截止目前已有百人报名", "截止目前", "截至目前"),
    ("发布招聘启示", "招聘启示", "招聘启事"), ("欢度元霄节", "元霄", "元宵"), ("名列前矛", "名列前矛", "名列前茅"),
    ("坚韧不拨的意志", "坚韧不拨", "坚韧不拔"), ("默守成规", "默守成规", "墨守成规"), ("佩带口罩入场", "佩带口罩", "佩戴口罩"),
    ("二0一八年七月", "二0一八", "二〇一八"), ("二○二六年", "二○二六", "二〇二六"), ("業务増长", "増", "增"), ("自已动手", "自已", None),
    ("责任编缉", "编缉", "编辑"), ("弥猴桃成熟", "弥猴桃", "猕猴桃"),
]  # fmt: skip


@pytest.mark.article("ruian-20")
@pytest.mark.parametrize(("text", "wrong", "right"), SLIPS)
def test_the_houses_own_list_of_slips_is_certain(text, wrong, right):
    """Each is an error with what belongs there."""
    found = _corrected(RULES, text, Force.ERROR)
    assert ((wrong, right) in found or any(wrong in one for one, _ in found)) == (right is not None)


@pytest.mark.parametrize(
    "text",
    [
        "请按排名次序入场",
        "在次日举行",
        "购建固定资产",
        "以经济建设为中心",
        "叫做为人民服务",
        "按装修合同",
        "期末考试",
        "既要又要",
        "二〇二六年",
    ],
)
def test_a_listed_slip_across_words_is_none(text):
    """The cut into words has to agree."""
    assert _corrected(RULES, text, Force.ERROR) == []


def test_the_list_of_slips_is_clean():
    """No right wording is listed as wrong, nothing maps to itself, all forces are known."""
    listed = misspellings()
    assert len(listed) > 400
    assert [wrong for wrong, (right, force) in listed.items() if wrong == right or force is Force.BLOCK] == []
    certain = {wrong for wrong, (_, force) in listed.items() if force is Force.ERROR}
    rights = {right for right, _ in listed.values()}
    assert certain & rights == set()


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("根据中华人名共和国教育法的规定", "名", "民"), ("当事人可以向人民法院提起诉松", "松", "讼"), ("有关部门应当加强监都检查", "都", "督"),
        ("县级以上地方人民政府负责本行正区域内的工作", "正", "政"), ("对违反本条例规定的行为给予行政处法", "法", "罚"), ("任何单位和个人有权举抱违法行为", "抱", "报"),
        ("应当自收到申请之日起二十个工作曰内作出决定", "曰", "日"), ("建设项目的环境影响报告书未经比准", "比", "批"), ("保护公民法人和其它组织的合法权意", "意", "益"),
        ("国务院教育行政部门主管全国教育公作", "公", "工"),
    ],
)  # fmt: skip
def test_slips_in_official_prose_are_suspected_with_the_right_character(text, wrong, right):
    """The statistical layer, at least as a hint."""
    assert (wrong, right) in _corrected(FULL, text)


@pytest.mark.parametrize("text", ["毎年九月开学", "公共衞生服务", "精髄所在", "囯家大事"])
def test_forms_of_characters_not_used_here_are_errors(text):
    """Variants and foreign forms; Japanese itself is left alone."""
    ((wrong, right),) = _corrected(RULES, text, Force.ERROR)
    assert (wrong, right) in {("毎", "每"), ("衞", "卫"), ("髄", "髓"), ("囯", "国")}
    assert _corrected(RULES, text + "、ありがとう", Force.ERROR) == []


def test_no_variant_is_a_common_character():
    """Each is outside the national standard's list, and what is put in its place is inside."""
    common = set(common_characters())
    assert len(rules._VARIANTS) > 140
    assert common.isdisjoint(rules._VARIANTS)
    assert set(rules._VARIANTS.values()) <= common


def test_text_that_holds_nothing_to_read_is_read():
    """Characters the model drops, alone."""
    for text in ("\x00", "\ud800", "竟\udfff", "\u200b", " \u3000", "。", ""):
        assert _corrected(FULL, text) == []


def test_one_country_or_level_for_another_is_a_hint_at_most():
    """Whatever the model thinks of 全县 beside 全省."""
    eager = Proofreader(model=delivered(), thresholds=Thresholds(warn=-9.0, hint=-9.0))
    (found,) = eager.corrections(["先在全县范围内试运行，再报中美两国有关部门。"])
    kinds = {frozenset("县省"), frozenset("美英"), frozenset("国省")}
    open_ = [
        one
        for one in found
        if frozenset((one.right, "先在全县范围内试运行，再报中美两国有关部门。"[one.start])) in kinds
    ]
    assert open_
    assert {one.force for one in open_} == {Force.HINT}


def test_words_of_the_dictionary_have_a_say():
    """A sentence of common words weighs more than one that falls apart."""
    right, wrong = cut("空调温度", 1), cut("空凋温度", 1)
    assert (right.word, right.pieces, right.singles) == ("空调", 2, 0)
    assert right.weights > wrong.weights + 5
    assert wrong.singles == 2
    assert right.weight > wrong.weight or wrong.word == "凋"


def test_mistakes_can_be_planted_for_a_measurement(tmp_path):
    """Every second line, one character, the same every time."""
    clean, out = tmp_path / "clean.txt", tmp_path / "pairs.json"
    clean.write_text("\n".join(prose.sentences(60)), encoding="utf-8")
    for _ in range(2):
        assert main(["proof", "plant", str(clean), "--out", str(out)]) == 0
        pairs = read_pairs(out)
        assert len(pairs) == 60
        changed = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in pairs]
        assert changed[1::2] == [0] * 30
        assert set(changed[::2]) <= {0, 1}
        assert sum(changed) > 20


def test_idioms_with_a_wrong_character_are_mended():
    """The dictionary knows what was meant."""
    assert ("工", "功") in _corrected(FULL, "这样做可以事半工倍，大家都同意。") or (
        "事半工倍",
        "事半功倍",
    ) in _corrected(FULL, "这样做可以事半工倍，大家都同意。")


def test_statistics_never_block_and_never_call_an_error():
    """Whatever the score."""
    model = delivered()
    eager = Proofreader(model=model, thresholds=Thresholds(warn=-9.0, hint=-9.0))
    for found in eager.corrections(prose.sentences(200)):
        assert all(one.force in {Force.WARN, Force.HINT} for one in found if np.isfinite(one.score))


def test_what_a_reviewer_calls_right_is_not_doubted_again():
    """The allow-list is asked at once."""
    text = "参加技能竟赛的同学"
    assert _corrected(RULES, text)
    assert _corrected(Proofreader(allowed=frozenset({"竟赛"})), text) == []


def test_the_institutions_own_confusables_are_errors():
    """Names of its halls and heads."""
    own = Proofreader(confusables={"云江楼": "芸江楼"})
    assert _corrected(own, "在云江楼前集合", Force.ERROR) == [("云江楼", "芸江楼")]


def test_another_corrector_can_be_plugged_in_and_does_not_overrule_the_rules():
    """Overlaps go to what binds harder."""

    class Other:
        def correct(self, texts):
            say = Text(zh="疑", en="?")
            return [
                [Correction(0, 2, "甲乙", Force.HINT, 0.5, say), Correction(4, 5, "丙", Force.HINT, 0.5, say)]
                for _ in texts
            ]

    (found,) = Proofreader(corrector=Other()).corrections(["竟赛很好看"])
    assert [(one.start, one.right) for one in found] == [(0, "竞赛"), (4, "丙")]


def test_hits_of_an_html_body_point_into_its_source():
    """Across inline tags."""
    html = "<p>参加技能<b>竟</b>赛</p>"
    (hits,) = FULL.hits([body_view(html)])
    (hit,) = [one for one in hits if one.force is Force.ERROR]
    assert hit.kind is HitKind.TYPO
    assert html[hit.original_start : hit.original_end] == "竟</b>赛"
    assert hit.suggestions == ("竞赛",)


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_encoding_keeps_places_in_order_and_pads_every_sentence(text):
    """Marks and padding have no place; contexts never cross."""
    codes, places = encode(text)
    real = places[places >= 0].tolist()
    assert real == sorted(set(real))
    assert codes[:PADDING].tolist() == [END] * PADDING == codes[-PADDING:].tolist()


def test_the_delivered_models_chances_sum_to_one():
    """After seen and unseen contexts alike; what is over is rounding and fingerprints that agree by chance."""
    model = delivered().language
    every = np.arange(1 << 16, dtype=np.uint16)
    for context in ("本市行", "魑法大", "图书馆"):
        chances, _ = model.chances([*(np.full_like(every, ord(one)) for one in context), every])
        assert float(np.exp(chances.astype(np.float64)).sum()) == pytest.approx(1.0, abs=0.1)


def test_a_model_prefers_what_it_has_read():
    """And knows nothing of the code that sets words of the lexicon apart."""
    codes, _ = encode("\n".join(prose.sentences(300)))
    model = language.train(codes, discounts=training.DISCOUNTS)
    read, strange = (
        model.read(encode(text)[0])[0].mean() for text in ("在图书馆报告厅举行", "厅举馆在告行书报图")
    )
    assert read > strange + 2
    assert model.is_seen(codes, np.full_like(codes, APART)).mean() < 0.01


def test_a_formula_repeated_makes_its_words_no_likelier_elsewhere():
    """A character that stands in one formula only counts once, however often the formula is read."""
    varied = prose.sentences(300)
    once, often = (
        language.train(
            encode("\n".join([*varied, *["依照本条例处罚"] * times]))[0], discounts=training.DISCOUNTS
        )
        for times in (2, 200)
    )
    (strange,) = (np.array([ord(one)], dtype=np.uint16) for one in "罚")
    context = [np.array([ord(one)], dtype=np.uint16) for one in "在图书"]
    before, after = (float(model.chances([*context, strange])[0][0]) for model in (once, often))
    assert after == pytest.approx(before, abs=0.15)
    known = [np.array([ord(one)], dtype=np.uint16) for one in "条例处"]
    before, after = (float(model.chances([*known, strange])[0][0]) for model in (once, often))
    assert after > before


def test_names_and_numbers_are_no_warnings_however_much_better_another_reads():
    """Which character a name has, and which number was meant, nobody knows from reading."""
    low = Proofreader(model=delivered(), thresholds=Thresholds(warn=-4.0, hint=-4.0))
    for text, place in (("近七千三百人参加", 3), ("二十四岁的徐倩雯是话务员。", 6)):
        (found,) = low.corrections([text])
        forces = {one.force for one in found if one.start == place}
        assert forces == {Force.HINT}, (text, found)


def test_pairs_hold_warnings_to_the_precision_asked_for():
    """Where clean text alone would let more pass."""
    lines = prose.sentences(400)
    chance = np.random.default_rng(5)
    model = delivered()
    pairs = mistakes.planted(lines, model.confusions, model.language.unigrams, chance)
    wrong = [(one, other) for one, other in pairs if one != other]
    loose, strict = (
        calibrated(model, lines, budget=0.5, pairs=wrong, precision=precision).thresholds
        for precision in (0.0, 0.999)
    )
    assert strict.warn > loose.warn
    judged = measure_all(Proofreader(model=model, thresholds=strict), wrong)[Force.WARN]
    assert judged.character_detection.precision >= 0.99
    assert judged.character_detection.right > 20


def test_a_packed_table_answers_what_was_put_in():
    """Most keys fit, the worthiest first; absent ones are almost never taken for present."""
    chance = np.random.default_rng(1)
    keys = chance.integers(1, 1 << 63, 20_000, dtype=np.uint64)
    values = chance.integers(0, 255, (20_000, 2), dtype=np.uint8)
    table = PackedTable.build(keys, values)
    present, found = table.find(keys)
    assert present.mean() > 0.9
    assert present[:5_000].mean() > 0.99
    assert (found[present] == values[present]).mean() > 0.99
    absent = chance.integers(1, 1 << 63, 100_000, dtype=np.uint64)
    assert table.has(absent).mean() < 0.001
    assert (table.has(absent) == table.find(absent)[0]).all()


def test_trees_learn_what_can_be_learnt():
    """An interaction of two measures, the same every time."""
    chance = np.random.default_rng(2)
    measures = chance.random((4_000, 4)).astype(np.float32)
    labels = (measures[:, 0] > 0.5) != (measures[:, 2] > 0.3)
    forest = trees.train(measures, labels, trees=40)
    assert ((forest.scores(measures) > 0) == labels).mean() > 0.97
    again = trees.train(measures, labels, trees=40)
    assert (again.leaves == forest.leaves).all()


def test_training_gives_the_same_bytes_again(tmp_path):
    """From the same lines; a second run differs in nothing."""
    model = delivered()
    lines = prose.sentences(1_500)
    digests = set()
    for number in range(2):
        made = training.with_archive(model, lines, report=lambda _: None)
        made = calibrated(made, training.left_for_calibration(lines), budget=0.02)
        path = tmp_path / f"{number}.model"
        save(made, path)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1
    again = load(tmp_path / "0.model")
    assert again.archive is not None
    assert Proofreader(model=again).corrections(lines[:40]) == Proofreader(model=made).corrections(lines[:40])


def test_mistakes_are_made_of_similar_characters():
    """And what was right is remembered."""
    model = delivered()
    text = mistakes.spoil(
        prose.sentences(90), model.confusions, model.language.unigrams, np.random.default_rng(3)
    )
    assert 10 < len(text.right) < 60
    assert all(text.text[at] != right and text.text[at] in alike(right) for at, right in text.right.items())
    assert alike("赛")["塞"] & SAME_SOUND
    assert alike("未")["末"] & SHAPE


def test_a_threshold_keeps_to_its_budget():
    """Warnings touch no more of the clean sentences than allowed."""
    clean = prose.sentences(1_000)
    for budget in (0.0, 0.004, 0.02):
        model = calibrated(delivered(), clean, budget=budget)
        touched = [
            found
            for found in Proofreader(model=model).corrections(clean)
            if any(one.force is Force.WARN for one in found)
        ]
        assert len(touched) <= budget * len(clean) + 1
        assert model.thresholds.hint <= model.thresholds.warn


def test_figures_are_counted_by_the_usual_definitions(tmp_path):
    """A worked example: two right, one missed, one false alarm."""
    pairs = [
        ("参加竟赛", "参加竞赛"),
        ("再接再励吧", "再接再厉吧"),
        ("天汽很好", "天气很好"),
        ("按排好了", "按排好了"),
        ("都对", "都对"),
    ]
    path = tmp_path / "pairs.json"
    path.write_text(json.dumps(pairs, ensure_ascii=False), encoding="utf-8")
    measured = measure_all(RULES, read_pairs(path))[Force.ERROR]
    detection = measured.character_detection
    assert (detection.right, detection.marked, detection.wrong) == (2, 3, 3)
    assert (detection.precision, detection.recall, detection.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (measured.sentence_correction.right, measured.clean, measured.touched) == (2, 2, 1)


def test_unusable_files_are_refused(tmp_path):
    """With a reason of their own."""
    bad = tmp_path / "bad"
    bad.write_bytes(b"nonsense")
    with pytest.raises(BadModelFile):
        load(bad)
    with pytest.raises(BadPairs):
        read_pairs(bad)


def test_the_delivered_model_is_the_one_the_page_names_and_small_enough():
    """docs/proofreading.md gives its digest and the commands that make it."""
    data = resources.files("guanhao.screening.data").joinpath("proof.model").read_bytes()
    assert len(data) <= 16 * 2**20
    page = (ROOT / "docs" / "proofreading.md").read_text(encoding="utf-8")
    assert hashlib.sha256(data).hexdigest() in re.findall(r"[0-9a-f]{64}", page)


def test_the_commands_read_text_html_and_answer_codes(tmp_path, capsys):
    """0 nothing hard, 1 errors, 2 unreadable."""
    good, bad = tmp_path / "good.txt", tmp_path / "bad.html"
    good.write_text("今天天气很好。", encoding="utf-8")
    bad.write_text("<p>参加<b>竟</b>赛，电话13912345678</p>", encoding="utf-8")
    assert main(["proofread", str(good)]) == 0
    assert main(["proofread", str(bad), "--json"]) == 1
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert line["findings"][0]["suggestions"] == ["竞赛"]
    terms = tmp_path / "terms.csv"
    terms.write_text("词语,类别,力度\n电话,demo,拦截\n", encoding="utf-8")
    assert main(["screen", str(bad), "--terms", str(terms), "--no-proofread"]) == 1
    out = capsys.readouterr().out
    assert "13912345678" not in out
    assert "[block]" in out
    assert main(["screen", str(tmp_path / "missing.docx")]) == 2
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("参加竟赛\t参加竞赛\n", encoding="utf-8")
    assert main(["proof", "bench", str(pairs), "--json"]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "实训车间向一年级同学开放。进门第一件事是安全教育。",
        "从这一页往回讲，讲不出来的地方就是要补的地方。",
        "中美两国的高校代表参加了会议，奥中关系研究中心主持。",
    ],
)
def test_wordings_as_good_as_the_suspected_ones_are_not_warned_of(text):
    """A word instead of a word, 讲不出来 beside 说不出来, one country instead of another."""
    found = Proofreader(model=delivered()).corrections([text])[0]
    assert [one.message.zh for one in found if one.force is not Force.HINT] == []


@pytest.mark.parametrize(
    ("text", "right"), [("这件事有条不絮地进行。", "紊"), ("工作要以偏盖全地看就错了。", "概"), ("召开职工代表大会，选举人民代裱。", "表")]
)  # fmt: skip
def test_idioms_with_one_wrong_character_are_still_warned_of(text, right):
    """What was left out for country names and longer words takes nothing else along."""
    found = Proofreader(model=delivered()).corrections([text])[0]
    assert right in {one.right for one in found if one.force is not Force.HINT}
