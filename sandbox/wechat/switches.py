"""WeChat's switches of comments, statistics, mass sends and events. See ``sandbox/switches.py``."""

from __future__ import annotations

from sandbox.switch import Switch

_COMMENTS = (
    Switch("comments_an_hour", "comments that come by themselves under an open article", default=0.0),
    Switch("comments_while_paging", "comments that come after each page of comment/list", default=0),
    Switch("comments_shown", "what readers see without selection", ("elected", "all")),
    Switch("comment_reply_form", "reply in comment/list", ("object", "array")),
    Switch("comment_time_type", "JSON type of create_time in comment/list", ("number", "string")),
    Switch("comment_error_form", "a refused comment/list still has total and comment", ("bare", "with_list")),
    Switch("comment_order", "order of comment/list [29]", ("newest_first", "oldest_first")),
    Switch("comment_elected_limit", "elected comments under one article [29]", default=100),
    Switch("comment_longest_reply", "characters of a reply [29]", default=600),
)

_USERS = (
    Switch("unknown_openid_code", "errcode for an openid nobody has [30]", (40003, 46004)),
    Switch("foreign_openid_code", "errcode for an openid of another account [30]", (49003, 40003)),
)

_STATISTICS = (
    Switch("statistics_too_early", "days that are not ready before 08:00 [31]", ("refused", "empty")),
    Switch("statistics_delayed", "is_delay is true the first time days are asked for", (False, True)),
    Switch("statistics_unknown_type", "one article of a list has publish_type 2", (False, True)),
    Switch("old_statistics", "the old article family [31]", ("alive", "empty", "refused")),
)

_PUBLISHED = (
    Switch("ended_form", "freepublish/get once its status is 5 or 6 [22]", ("whole", "bare")),
    Switch("partly_deleted", "status when one of several articles is deleted [22]", ("success", "ended")),
    Switch("ended_event", "PUBLISHJOBFINISH again when a publication ends [22]", (False, True)),
)

_MASS = (
    Switch("mass_too_fast_carries_id", "45066 carries the msg_id [24]", (False, True)),
    Switch("mass_refused_burns_key", "a refused call uses its clientmsgid up [24]", (False, True)),
    Switch("mass_other_content", "a used clientmsgid with other content [24]", ("refused", "sent")),
    Switch("mass_day_from", "what the 24 h of a clientmsgid run from [24]", ("first_call", "last_try")),
    Switch("mass_waiting", "mass/get while the administrator is asked [25]", ("sending", "unknown")),
)

_EVENTS = (
    Switch("event_format", "body of a push [12.2]", ("xml", "json")),
    Switch("event_openid", "openid in the address of a job's event [32]", ("given", "withheld")),
    Switch("event_id_type", "publish_id and MsgID in events [32]", ("number", "text")),
    Switch("event_empty_check", "CopyrightCheckResult without a result [32]", ("present", "absent")),
)

SWITCHES = (*_COMMENTS, *_USERS, *_STATISTICS, *_PUBLISHED, *_MASS, *_EVENTS)
