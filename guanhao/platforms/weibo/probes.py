"""Read-only calls that show what an account may do by API (weibo.md §0): never assume, probe.

Posting cannot be probed without posting; the app's console says whether it has the right, and the first answer 10014
or 10020 takes it away (`errors.CAPABILITY_OFF`). Each probe costs one of the account's 100 calls a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guanhao.core.text import Text
from guanhao.platforms.types import Capability
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.calls import Call

UID = "{uid}"  # stands for the account's own uid in a probe's fields


@dataclass(frozen=True, slots=True)
class Probe:
    """One capability and the call without side effect that tells it."""

    capability: Capability
    title: Text
    call: Call
    fields: Mapping[str, str] = field(default_factory=dict)

    def fields_for(self, uid: str) -> dict[str, str]:
        """The fields of the call for one account."""
        return {name: uid if value == UID else value for name, value in self.fields.items()}


PROBES: tuple[Probe, ...] = (
    Probe(Capability.PROFILE, Text(zh="读取账号资料", en="Read the profile"), calls.USER, {"uid": UID}),
    Probe(Capability.COMMENT, Text(zh="读取评论", en="Read comments"), calls.COMMENTS_TO_ME, {"count": "1"}),
    Probe(
        Capability.STATISTICS,
        Text(zh="读取关注数据", en="Read follower figures"),
        calls.USER_COUNTS,
        {"uids": UID},
    ),
)
