"""Every decision the contracts leave open, and every behaviour a test may want the other way round.

A switch has a value for all accounts and may have another for one account. Values are checked when they are set:
a misspelt switch is an error, never a silent default. Numbers in brackets are lines of open-questions.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.switch import Switch
from sandbox.wechat.switches import SWITCHES as WECHAT
from sandbox.weibo.switches import SWITCHES as WEIBO

if TYPE_CHECKING:
    from sandbox.store import Store


_REVIEW_WORDS = {
    "draft_87014": ["沙箱触发87014"],
    "submit_53503": ["沙箱触发53503"],
    "submit_53504": ["沙箱触发53504"],
    "submit_53505": ["沙箱触发53505"],
    "status_2": ["沙箱触发状态2"],
    "status_3": ["沙箱触发状态3"],
    "status_4": ["沙箱触发状态4"],
    "mass_20001": ["沙箱触发20001"],
    "mass_20013": ["沙箱触发20013"],
    "reprint": ["沙箱触发转载"],
}

MISCHIEF = (
    "none", "lost", "duplicate", "before_reply", "wrong_signature", "wrong_appid", "old_timestamp",
)  # fmt: skip

SWITCHES = {
    switch.name: switch
    for switch in (
        Switch("publish_delay", "seconds from submit to the end of the publishing task", default=3.0),
        Switch("list_lag", "seconds until a published article appears in freepublish/batchget", default=0.0),
        Switch(
            "article_lag", "seconds until freepublish/getarticle knows a published article [23]", default=0.0
        ),
        Switch("media_lag", "seconds after an upload during which draft/add answers 40007", default=0.0),
        Switch("review_words", "words in title or content, by what they lead to", default=_REVIEW_WORDS),
        Switch("msg_data_id", "in the reply of freepublish/submit", ("given", "withheld")),
        Switch("publish_id_type", "JSON type of publish_id and msg_data_id", ("string", "number")),
        Switch("unicode_escapes", "\\uXXXX in a JSON body [1]", ("parse", "literal", "refuse")),
        Switch("batchget_url", "url in freepublish/batchget [6]", ("permanent", "temporary")),
        Switch("draft_leaves", "when a published draft leaves the box [10]", ("success", "accept")),
        Switch(
            "failed_draft",
            "a draft that left at accept, when its task fails [10]",
            ("same_id", "new_id", "lost"),
        ),
        Switch("running_draft", "a draft while its task runs [21]", ("free", "read_only", "hidden")),
        Switch("publish_snapshot", "when a task copies its draft [21]", ("accept", "finish")),
        Switch(
            "second_submit",
            "submit while a task for the draft runs [21]",
            ("new_task", "same_task", "refuse"),
        ),
        Switch("mass_delay", "seconds from sendall to the end of the job", default=3.0),
        Switch(
            "mass_key_checked", "clientmsgid before or after draft, tag and allowance [24]", ("first", "last")
        ),
        Switch("mass_too_fast_from", "what the 60 s of 45066 run from [24]", ("first_call", "last_try")),
        Switch(
            "mass_allowance",
            "when the allowance is used up [25]",
            ("accept_returned", "accept_kept", "success"),
        ),
        Switch("svc_over_limit", "a service account's fifth send of a month [3]", ("refuse", "silent")),
        Switch("event_delay", "seconds from the end of a job to its event", default=0.0),
        Switch("event_pause", "seconds between two deliveries of an unheard event [32]", default=5.0),
        Switch("event_heard_by", "what ends the deliveries [32]", ("any_200", "success_or_empty")),
        Switch("event_repeat", "timestamp and nonce of a repeated delivery [2]", ("new_nonce", "same_nonce")),
        Switch("event_mischief", "what goes wrong with events", MISCHIEF),
        Switch("draft_edit_changes_id", "draft/update gives the draft a new media_id [20]", (False, True)),
        Switch("list_deleted", "deleted articles in freepublish/batchget [23]", ("included", "left_out")),
        Switch("refused_calls_count", "calls refused by their content use quota [11]", (True, False)),
        Switch("unknown_token_code", "errcode for a string that never was a token [12]", (40001, 40014)),
        Switch("wrong_secret_code", "errcode for a wrong AppSecret [13]", (40125, 40001)),
        Switch("force_exhausted", "forced refresh after the 20th of a day [14]", ("no_refresh", "refuse")),
        Switch("material_for", "who may use the material APIs [5]", ("all", "verified")),
        Switch("title_limit", "characters a title may have", (64, 32)),
        Switch("content_length_of", "what the 20 000 characters are counted over [17]", ("html", "text")),
        Switch("full_document", "a whole HTML document as content", ("strip", "refuse")),
        Switch(
            "article_host",
            "host of article addresses; the sandbox serves only its own",
            ("sandbox", "wechat"),
        ),
        Switch("error_tail", "what follows an errmsg", ("rid", "hint_and_rid", "nothing")),
        *WECHAT,
        *WEIBO,
    )
}


class Switchboard:
    """Reads and sets switches."""

    def __init__(self, store: Store) -> None:
        """Work on the switches kept in ``store``."""
        self._store = store

    def value(self, name: str, account: str = "") -> Any:
        """Answer the value for an account: its own, else the common one, else the default."""
        found = self._store.row(
            "SELECT value FROM switches WHERE name = ? AND account IN ('', ?) ORDER BY account DESC",
            name,
            account,
        )
        return json.loads(found["value"]) if found else SWITCHES[name].initial

    def set(self, values: dict[str, Any], account: str = "") -> None:
        """Set switches for all accounts, or for one. Raises ValueError naming each mistake; then none is set."""
        unknown = [f"there is no switch {name}" for name in values if name not in SWITCHES]
        wrong = [SWITCHES[name].problem(value) for name, value in values.items() if name in SWITCHES]
        problems = unknown + [text for text in wrong if text]
        if problems:
            raise ValueError("; ".join(problems))
        for name, value in values.items():
            self._store.run(
                "INSERT OR REPLACE INTO switches (account, name, value) VALUES (?, ?, ?)",
                account,
                name,
                json.dumps(value, ensure_ascii=False),
            )

    def describe(self, account: str = "") -> dict[str, Any]:
        """Answer every switch with its value, its choices and what it is about."""
        return {
            name: {"value": self.value(name, account), "choices": list(switch.choices), "about": switch.about}
            for name, switch in SWITCHES.items()
        }
