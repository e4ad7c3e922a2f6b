"""Article numbers as Chinese regulations print them."""

import re

DIGITS = "零一二三四五六七八九"
_ARTICLE = re.compile(r"[\w-]+-F?\d+(?:\.\d+)*")


def article_of(clause: str) -> str:
    """The article a clause id begins with: ``ruian-6.1`` of ``ruian-6.1.release_unit``; empty where it names none."""
    found = _ARTICLE.match(clause)
    return found[0] if found else ""


def chinese_number(number: int) -> str:
    """Write 0 to 999 in Chinese numerals as in 第二十条; `ValueError` beyond.

    A leading 一 before 十 is dropped (十六, not 一十六), a gap is read 零 (一百零五).
    """
    if not 0 <= number <= 999:  # noqa: PLR2004 - no regulation has a thousand articles.
        raise ValueError(number)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    if not hundreds and not tens:
        return DIGITS[ones]
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")
