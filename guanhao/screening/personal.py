"""Personal data that can be told by its form: identity and student numbers, phones, cards, plates, mail and postal addresses.

Candidates are found in a form where full-width digits are plain ones and the separators people write (space, hyphen,
dot) are allowed inside. A candidate counts only when its own rules hold (date and check digit, network prefix, Luhn), so
a filing number or an order number of the same length is not reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from guanhao.core.text import Text
from guanhao.screening.hits import Hit, HitKind, hit_at
from guanhao.screening.text import TextView

_GAP = r"[ \-.\u00a0\u2002-\u200d\u3000－—]?"
_NOT_INSIDE = (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])")
# One character for one, so that positions stay true.
_PLAIN = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("Ｘ"): "X",
    ord("ｘ"): "x",
    ord("＠"): "@",
}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_FIRST_YEAR = 1900


def _bounded(body: str) -> re.Pattern[str]:
    return re.compile(_NOT_INSIDE[0] + body + _NOT_INSIDE[1])


_ID_NUMBER = _bounded(rf"[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]")
_PHONE = re.compile(rf"(?<![0-9A-Za-z])(?:(?:\+|00)?86{_GAP})?(1[3-9](?:{_GAP}\d){{9}})(?![0-9A-Za-z])")
_BANK_CARD = _bounded(rf"[3-69](?:{_GAP}\d){{15,18}}")
_OLD_ID_NUMBER = _bounded(r"[1-9]\d{14}")
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z])(?P<number>[(（]?0(?:10|2\d|[3-9]\d{2})[)）]?[ \-－—]?[2-8]\d{6,7})(?![0-9A-Za-z])"
)
# Numbers of passports and travel permits are plain enough to need their name before them.
_PASSPORT = re.compile(
    r"(?:护照|通行证)[^0-9A-Za-z\n]{0,8}(?P<number>(?:[EGDSPH][A-Z0-9]?\d{7,8})|[CHM]\d{8,10})(?![0-9A-Za-z])"
)
_PLATE = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<number>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?"
    r"(?=[A-HJ-NP-Z0-9]*\d)[A-HJ-NP-Z0-9]{5,6})(?![0-9A-Za-z])|(?:车牌|牌照)[号为是：: ]{0,3}(?P<named>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{5,6})"
)
_STUDENT_NUMBER = re.compile(
    r"(?:学号|工号|学生编号|准考证号|考生号|一卡通号)(?:码)?[为是：:\s]{0,3}(?P<number>[A-Za-z]{0,2}\d{6,16})(?!\d)"
)
_HOME = re.compile(
    r"(?:家庭住址|家庭地址|住址|现住|家住|居住地址|收件地址|收货地址|户籍地址)[为是在于：:\s]{0,3}"
    r"(?P<place>[\u4e00-\u9fffA-Za-z0-9\-—#]{4,40}?(?:号|室|栋|幢|单元|楼|户)(?:[\u4e00-\u9fffA-Za-z0-9\-—#]{0,12}(?:号|室|栋|幢|单元|楼|户))*)"
)
_REGIONS = frozenset(["11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"])  # fmt: skip
# A cell of a table, or what tabs and bars part, is a line or a stretch of its own; one with a name beside one with a number.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜"
    "倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来缪苟全褚"
    "廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙伏岑习胥保和蔺水云昌凤酆皮"
)
_NAME = rf"[{_SURNAMES}][ \u3000]?[\u4e00-\u9fff]{{1,2}}"
_NUMBER = r"[A-Za-z]{0,2}\d{6,18}[Xx]?"
_BESIDE = r"[^\S\n]*[\n\t|｜][^\S\n]*"
_NAMED_NUMBER = re.compile(
    rf"(?:(?<![^\n\t|｜])[^\S\n]*{_NAME}{_BESIDE}(?P<after>{_NUMBER})(?=[^\S\n]*(?:[\n\t|｜]|$)))"
    rf"|(?:(?<![^\n\t|｜])[^\S\n]*(?P<before>{_NUMBER}){_BESIDE}{_NAME}(?=[^\S\n]*(?:[\n\t|｜]|$)))"
)
_COMMON_DAY = re.compile(r"20[1-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9-])")


def is_id_number(value: str) -> bool:
    """Whether 18 characters are a resident identity number: a real date of birth and the right check digit."""
    digits = value.upper()
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", digits) or not _is_birthday(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECK_DIGITS[total % 11] == digits[17]


def is_old_id_number(value: str) -> bool:
    """Whether 15 digits are an identity number of the form in use until 1999: a region and a birthday of the 1900s."""
    return value[:2] in _REGIONS and _is_birthday(f"19{value[6:12]}")


def is_bank_card(value: str) -> bool:
    """Whether 16 to 19 digits pass the Luhn check and do not merely repeat one digit."""
    total = 0
    for place, digit in enumerate(reversed(value)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - Luhn.
    return total % 10 == 0 and len(set(value)) > 1


def find(view: TextView, kinds: frozenset[str]) -> Iterator[Hit]:
    """Hits of the wanted kinds in the order of the kinds; one number is reported once, as the first kind it is."""
    text = view.text.translate(_PLAIN)
    taken: set[int] = set()
    for kind, finders in _FINDERS.items():
        for span, mask, message in (found for finder in finders for found in finder(text)):
            if not taken.isdisjoint(range(*span)):
                continue
            taken.update(range(*span))
            if kind in kinds:
                yield hit_at(view, span, kind=kind, mask=mask, message=message, suggestions=(mask,))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where any personal data stands, of whatever kind; spans may overlap."""
    plain = text.translate(_PLAIN)
    for finders in _FINDERS.values():
        for finder in finders:
            yield from (span for span, _, _ in finder(plain))


Found = Iterator[tuple[tuple[int, int], str, Text]]


def _id_numbers(text: str) -> Found:
    for match in _ID_NUMBER.finditer(text):
        value = _bare(match[0])
        if is_id_number(value):
            mask = f"{value[:3]}{'*' * 13}{value[-2:]}"
            yield (
                match.span(),
                mask,
                Text(zh=f"含身份证号码 {mask}。", en=f"Contains the identity number {mask}."),
            )


def _phones(text: str) -> Found:
    for match in _PHONE.finditer(text):
        value = _bare(match[1])
        mask = f"{value[:3]}****{value[-4:]}"
        yield match.span(), mask, Text(zh=f"含手机号码 {mask}。", en=f"Contains the mobile number {mask}.")


def _bank_cards(text: str) -> Found:
    for match in _BANK_CARD.finditer(text):
        value = _bare(match[0])
        if is_bank_card(value):
            mask = f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}"
            yield (
                match.span(),
                mask,
                Text(zh=f"疑似银行卡号 {mask}。", en=f"Looks like the bank card number {mask}."),
            )


def _emails(text: str) -> Found:
    for match in _EMAIL.finditer(text):
        name, _, host = match[0].partition("@")
        mask = f"{name[0]}***@{host}"
        yield match.span(), mask, Text(zh=f"含邮箱地址 {mask}。", en=f"Contains the e-mail address {mask}.")


def _old_id_numbers(text: str) -> Found:
    for match in _OLD_ID_NUMBER.finditer(text):
        if is_old_id_number(match[0]):
            mask = f"{match[0][:3]}{'*' * 10}{match[0][-2:]}"
            yield (
                match.span(),
                mask,
                Text(zh=f"疑似旧身份证号码 {mask}。", en=f"Looks like the old identity number {mask}."),
            )


def _landlines(text: str) -> Found:
    for match in _LANDLINE.finditer(text):
        mask = f"{match[0][:4]}****{match[0][-2:]}"
        yield match.span(), mask, Text(zh=f"含固定电话 {mask}。", en=f"Contains the phone number {mask}.")


def _named(pattern: re.Pattern[str], zh: str, en: str) -> Callable[[str], Found]:
    """A finder of numbers that are personal because of the word before them; all but their ends is masked."""

    def find_named(text: str) -> Found:
        for match in pattern.finditer(text):
            name = next(group for group, value in match.groupdict().items() if value)
            number = match[name]
            mask = f"{number[:2]}{'*' * (len(number) - 3)}{number[-1]}"
            yield match.span(name), mask, Text(zh=f"含{zh} {mask}。", en=f"Contains the {en} {mask}.")

    return find_named


def _addresses(text: str) -> Found:
    for match in _HOME.finditer(text):
        mask = f"{match['place'][:3]}***"
        yield (
            match.span("place"),
            mask,
            Text(zh=f"含个人住址 {mask}。", en=f"Contains the home address {mask}."),
        )


def _named_numbers(text: str) -> Found:
    """Numbers of six digits or more in a cell beside a name; days of these years are no numbers of somebody."""
    for match in _NAMED_NUMBER.finditer(text):
        side = "after" if match["after"] else "before"
        number = match[side]
        if _COMMON_DAY.fullmatch(number) is None:
            mask = f"{number[:2]}{'*' * (len(number) - 4)}{number[-2:]}"
            message = Text(zh=f"姓名旁有号码 {mask}。", en=f"The number {mask} stands beside a name.")
            yield match.span(side), mask, message


_FINDERS: dict[HitKind, tuple[Callable[[str], Found], ...]] = {
    HitKind.ID_NUMBER: (_id_numbers, _old_id_numbers),
    HitKind.PHONE: (_phones,),
    HitKind.STUDENT_NUMBER: (_named(_STUDENT_NUMBER, "学号或工号", "student or staff number"),),
    HitKind.BANK_CARD: (_bank_cards,),
    HitKind.LANDLINE: (_landlines,),
    HitKind.EMAIL: (_emails,),
    HitKind.PASSPORT: (_named(_PASSPORT, "证件号码", "travel document"),),
    HitKind.PLATE: (_named(_PLATE, "车牌号码", "number plate"),),
    HitKind.ADDRESS: (_addresses,),
    HitKind.NAMED_NUMBER: (_named_numbers,),
}
KINDS = tuple(_FINDERS)


def _bare(written: str) -> str:
    return re.sub(r"[^0-9Xx]", "", written)


def _is_birthday(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        date(year, month, day)
    except ValueError:
        return False
    return year >= _FIRST_YEAR
