"""Statistics (wechat.md 11): the old family, the new one, followers. Empty until 08:00 of the next day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.clock import BEIJING
from sandbox.wechat import figures
from sandbox.wechat.accounts import Group
from sandbox.wechat.endpoint import Call, Endpoint
from sandbox.wechat.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.wechat.figures import Piece
    from sandbox.wire import Json

READY_AT = 8  # o'clock, the next day
OLDEST = date(2014, 12, 1)
OLDEST_OF_NEW = date(2025, 11, 1)
OLD_TOTAL_DAYS, NEW_TOTAL_DAYS = 7, 30
ALL_SOURCES = 99_999_999
PARTS = {"公众号消息": 5, "公众号主页": 1, "聊天会话": 1, "朋友圈": 2, "推荐": 1}  # tenths of all readers


@dataclass(frozen=True)
class Days:
    """The days a call asks about, both ends included."""

    begin: date
    end: date

    def __iter__(self) -> Iterator[date]:
        return (self.begin + timedelta(days=number) for number in range((self.end - self.begin).days + 1))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.begin <= day <= self.end


def _summary(call: Call, days: Days) -> list[Json]:
    """Reads of one day by article, as the old family tells them."""
    return [
        {"ref_date": day.isoformat(), "msgid": piece.msgid, "title": piece.title}
        | _reads(piece.readers_on(day))
        for day in days
        for piece in _pieces(call)
        if 0 <= (day - piece.day).days < OLD_TOTAL_DAYS
    ]


def _total(call: Call, days: Days) -> list[Json]:
    """Reads of articles sent on a day, day by day for seven days, cumulative."""
    return [
        {
            "ref_date": piece.day.isoformat(),
            "msgid": piece.msgid,
            "title": piece.title,
            "details": [
                {"stat_date": day.isoformat(), "target_user": call.account.followers}
                | _reads(piece.readers(day))
                for day in _since(call, piece, OLD_TOTAL_DAYS)
            ],
        }
        for piece in _pieces(call)
        if piece.day in days
    ]


def _user_read(call: Call, days: Days) -> list[Json]:
    return [
        {"ref_date": day.isoformat(), "user_source": ALL_SOURCES} | _reads(_readers_on(call, day))
        for day in days
    ]


def _user_share(call: Call, days: Days) -> list[Json]:
    return [
        {"ref_date": day.isoformat(), "share_scene": 1, "share_count": shares, "share_user": shares}
        for day in days
        if (shares := _readers_on(call, day) // 20)
    ]


def _hourly(lines: Callable[[Call, Days], list[Json]]) -> Callable[[Call, Days], list[Json]]:
    """Answer the day's figures as those of one hour: all of them happen at ten o'clock."""
    return lambda call, days: [line | {"ref_hour": 1000} for line in lines(call, days)]


def _article_read(call: Call, days: Days) -> list[Json]:
    return _details(call, days, lambda readers: {"read_user": readers, "read_user_source": _sources(readers)})


def _article_share(call: Call, days: Days) -> list[Json]:
    return _details(call, days, lambda readers: {"share_user": readers // 20})


def _details(call: Call, days: Days, detail: Callable[[int], Json]) -> list[Json]:
    return [
        {"ref_date": day.isoformat(), "msgid": piece.msgid, "detail": detail(piece.readers_on(day))}
        for day in days
        for piece in _pieces(call)
        if 0 <= (day - piece.day).days < NEW_TOTAL_DAYS
    ]


def _biz_summary(call: Call, days: Days) -> list[Json]:
    return [{"ref_date": day.isoformat(), "detail": _counted(_readers_on(call, day))} for day in days]


def _total_detail(call: Call, days: Days) -> list[Json]:
    """Articles published on these days, each day by day for thirty days, cumulative; with their addresses."""
    found = [piece for piece in _pieces(call) if piece.day in days]
    unknown = found[:1] if call.switch("statistics_unknown_type") else []
    return [
        {
            "ref_date": piece.day.isoformat(),
            "msgid": piece.msgid,
            "publish_type": 2 if piece in unknown else int(not piece.notified),
            "title": piece.title,
            "content_url": piece.publication.address(call.world, piece.idx),
            "detail_list": [
                {"stat_date": day.isoformat()} | _counted(piece.readers(day))
                for day in _since(call, piece, NEW_TOTAL_DAYS)
            ],
        }
        for piece in found
    ]


def _user_summary(call: Call, days: Days) -> list[Json]:
    counted = ((day, *figures.followed_on(call.account, day)) for day in days)
    return [
        {"ref_date": day.isoformat(), "user_source": 0, "new_user": come, "cancel_user": go}
        for day, come, go in counted
    ]


def _user_cumulate(call: Call, days: Days) -> list[Json]:
    yesterday = figures.day_of(call.now) - timedelta(days=1)
    return [
        {
            "ref_date": day.isoformat(),
            "cumulate_user": figures.followers_on(call.account, day, yesterday),
        }
        for day in days
    ]


# --- What the figures are made of -------------------------------------------------------------------------------------


def _pieces(call: Call) -> list[Piece]:
    return figures.pieces(call.world, call.appid)


def _readers_on(call: Call, day: date) -> int:
    return sum(piece.readers_on(day) for piece in _pieces(call))


def _since(call: Call, piece: Piece, most: int) -> list[date]:
    """The days from publication on that are ready, at most so many."""
    last = _last_ready(call.now)
    return [day for day in (piece.day + timedelta(days=number) for number in range(most)) if day <= last]


def _reads(readers: int) -> Json:
    return {
        "int_page_read_user": readers, "int_page_read_count": readers + readers // 4, "ori_page_read_user": 0,
        "ori_page_read_count": 0, "share_user": readers // 20, "share_count": readers // 20,
        "add_to_fav_user": readers // 50, "add_to_fav_count": readers // 50,
    }  # fmt: skip


def _sources(readers: int) -> list[Json]:
    parts = [{"user_count": readers * tenths // 10, "scene_desc": name} for name, tenths in PARTS.items()]
    return [{"user_count": readers, "scene_desc": "全部"}, *parts]


def _counted(readers: int) -> Json:
    return {
        "read_user": readers, "read_user_source": _sources(readers), "share_user": readers // 20,
        "read_subscribe_user": readers // 100, "read_delivery_rate": 0.1, "read_finish_rate": 0.5,
        "read_avg_activetime": 42.5, "zaikan_user": readers // 30, "like_user": readers // 15, "praise_money": 0,
        "comment_count": readers // 60, "collection_user": readers // 50,
        "read_jump_position": [{"position": step, "rate": 0.2} for step in range(1, 6)],
    }  # fmt: skip


# --- Which days may be asked for --------------------------------------------------------------------------------------


def _last_ready(now: float) -> date:
    moment = datetime.fromtimestamp(now, BEIJING)
    return moment.date() - timedelta(days=1 if moment.hour >= READY_AT else 2)


def _days(call: Call, longest: int, oldest: date) -> Days:
    """Answer the days asked for. Refuses with 61500 what is no date, with 61501 a wrong range."""
    try:
        days = Days(_date(call, "begin_date"), _date(call, "end_date"))
    except ValueError:
        raise Refusal(61500) from None
    yesterday = figures.day_of(call.now) - timedelta(days=1)
    if not oldest <= days.begin <= days.end <= yesterday or (days.end - days.begin).days >= longest:
        raise Refusal(61501)
    return days


def _date(call: Call, name: str) -> date:
    text = str(call.body.get(name))
    day = date.fromisoformat(text)
    if day.isoformat() != text:  # Python reads more forms than the platform.
        raise ValueError(text)
    return day


def _statistic(
    name: str, lines: Callable[[Call, Days], list[Json]], longest: int, *, family: str
) -> Endpoint:
    def answer(call: Call) -> Json:
        if family == "old" and call.switch("old_statistics") == "refused":
            raise Refusal(45106)
        days = _days(call, longest, OLDEST_OF_NEW if family == "new" else OLDEST)
        if days.end > _last_ready(call.now) and call.switch("statistics_too_early") == "refused":
            raise Refusal(61503)
        stopped = family == "old" and call.switch("old_statistics") == "empty"
        early = days.end > _last_ready(call.now)
        found = {"list": [] if stopped or early else lines(call, days)}
        return found | ({"is_delay": _delayed(call, name, days)} if family == "new" else {})

    return Endpoint("POST", f"/datacube/{name}", answer, Group.STATISTICS, reads_json=True)


def _delayed(call: Call, name: str, days: Days) -> bool:
    """Say whether the figures are not final: the first time anybody asks for these days (``statistics_delayed``)."""
    if not call.switch("statistics_delayed"):
        return False
    asked = f"asked {call.appid} {name} {days.begin} {days.end}"
    return bool(call.world.store.run("INSERT OR IGNORE INTO memo (name, value) VALUES (?, '1')", asked))


ENDPOINTS = (
    _statistic("getarticlesummary", _summary, 1, family="old"),
    _statistic("getarticletotal", _total, 1, family="old"),
    _statistic("getuserread", _user_read, 3, family="old"),
    _statistic("getuserreadhour", _hourly(_user_read), 1, family="old"),
    _statistic("getusershare", _user_share, 7, family="old"),
    _statistic("getusersharehour", _hourly(_user_share), 1, family="old"),
    _statistic("getarticleread", _article_read, 1, family="new"),
    _statistic("getarticleshare", _article_share, 1, family="new"),
    _statistic("getbizsummary", _biz_summary, 30, family="new"),
    _statistic("getarticletotaldetail", _total_detail, 30, family="new"),
    _statistic("getusersummary", _user_summary, 7, family="users"),
    _statistic("getusercumulate", _user_cumulate, 7, family="users"),
)
