"""Weibo's switches: what its contract leaves open, and behaviours a test may want otherwise. See ``sandbox/switches.py``."""

from __future__ import annotations

from sandbox.switch import Switch

_WORDS = {
    str(code): [f"沙箱触发{code}"] for code in (10001, 20015, 20016, 20018, 20020, 20021, 20031, 20032, 20034)
}

_ANSWERS = (
    Switch("weibo_error_status", "HTTP status of every refusal [44]", ("usual", 200, 400, 403)),
    Switch("weibo_error_code_type", "JSON type of error_code", ("number", "string")),
    Switch("weibo_error_request", "request in an error", ("given", "missing")),
    Switch("weibo_ids", "new ids; large ones are beyond 2 to the 53", ("ordinary", "large")),
)

_OAUTH = (
    Switch(
        "weibo_authorise_error",
        "a bad client_id or redirect_uri at authorise [33]",
        ("page", "json", "redirect"),
    ),
    Switch("weibo_sixteenth_user", "where it fails [33]", ("authorise", "token", "first_call")),
    Switch("weibo_code_life", "seconds an authorisation code lives", default=600.0),
    Switch("weibo_old_token", "the previous token after authorising again", ("covered", "alive")),
    Switch("weibo_revoked_code", "errcode after revokeoauth2 [34]", (21316, 21319, 21321, 21327, 21332)),
    Switch(
        "weibo_withdrawn_code", "errcode after the user withdrew [34]", (21319, 21316, 21321, 21327, 21332)
    ),
    Switch("weibo_covered_code", "errcode of a covered token [34]", (21332, 21316, 21317, 21327)),
    Switch("weibo_expired_code", "errcode of an expired token [34]", (21327, 21315)),
    Switch("weibo_cancel_method", "how the cancel callback is called [35]", ("GET", "POST")),
)

_TEXTS = (
    Switch("weibo_half_characters", "rounding of a half character [36]", ("up", "down")),
    Switch("weibo_length_of", "the limit is taken over the text as [36]", ("received", "stored")),
    Switch("weibo_too_long_code", "errcode of a text over 140 [36]", (20012, 20013)),
    Switch("weibo_topics", "what becomes of #topic# [36]", ("removed", "marks_removed", "kept")),
    Switch("weibo_hash_in_link", "a # inside a link [36]", ("of_link", "of_topic")),
    Switch("weibo_link_end", "where a link ends [36]", ("address_characters", "white_space")),
    Switch("weibo_foreign_link", "a foreign link beside a safe one [37]", ("allowed", "refused")),
    Switch("weibo_short_link_counts", "a t.cn link to the own domain is a safe link [37]", (False, True)),
    Switch(
        "weibo_port_in_link", "port, or a name before the host, of a safe link [37]", ("ignored", "refused")
    ),
    Switch("weibo_missing_status", "errcode of a missing status [38]", (10016, 20008)),
    Switch("weibo_form_without_picture", "multipart without pic [38]", ("refused", "posted")),
    Switch("weibo_comment_length", "how a comment's 140 are counted [43]", ("weighted", "characters")),
)

_POSTS = (
    Switch("weibo_review_words", "words by the errcode they lead to; 20032 posts first", default=_WORDS),
    Switch("weibo_repeated_code", "errcode of the same text again [39]", (20019, 20111, 20017)),
    Switch("weibo_similar_from", "likeness (0 to 1) from which a text is similar, 20017 [39]", default=0.9),
    Switch("weibo_repeat_window", "seconds a text is remembered for; 0 is never", default=3600.0),
    Switch("weibo_deleted_counts", "a deleted post still counts as a repeat [39]", (True, False)),
    Switch("weibo_moderation_words", "words that are moderated away after a while", default=["沙箱触发审核"]),
    Switch("weibo_moderation_delay", "seconds until then", default=60.0),
    Switch("weibo_timeline_lag", "seconds until a post appears in user_timeline", default=0.0),
    Switch("weibo_foreign_timeline_code", "errcode for another user's uid [40]", (10014, 10008, 20112)),
    Switch("weibo_beyond_newest", "max_id and page reach beyond the newest 5 [40]", (False, True)),
    Switch("weibo_total_number", "total_number in a timeline [40]", ("all", "shown")),
    Switch("weibo_gone_in_timeline", "a moderated post in the timeline [40]", ("left_out", "marked")),
    Switch("weibo_gone_in_show", "a moderated post in show [41]", ("refused", "marked")),
    Switch("weibo_gone_in_count", "a gone post in count [41]", ("left_out", "zero")),
    Switch("weibo_growth", "likes an hour a post gathers; reposts are a third", default=3.0),
    Switch(
        "weibo_foreign_in_batch", "comments of others in destroy_batch [43]", ("refuses_all", "passed_over")
    ),
)

_LIMITS = (
    Switch("weibo_calls_a_day", "calls of a user", default=100),
    Switch("weibo_writes_an_hour", "writes of a user", default=30),
    Switch("weibo_calls_an_hour_by_address", "calls from an address", default=15_000),
    Switch("weibo_limits_per", "whom the limits count for [42]", ("user", "user_and_app")),
    Switch("weibo_hour", "what an hour is [42]", ("clock", "sliding")),
    Switch("weibo_oauth_counts", "OAuth calls use the day's calls [42]", (False, True)),
    Switch("weibo_refused_calls_count", "refused calls use the limits [39, 42]", (True, False)),
    Switch("weibo_comments_are_writes", "comments share the 30 an hour [42]", (True, False)),
    Switch("weibo_too_many_writes_code", "errcode of the 31st write [42]", (10024, 10023, 20016)),
    Switch(
        "weibo_block_after",
        "calls refused for their number in an hour that block the app; 0 is never",
        default=100,
    ),
    Switch("weibo_blocked_code", "errcode of a blocked app [42]", (10005, 10014, 20015)),
)

SWITCHES = (*_ANSWERS, *_OAUTH, *_TEXTS, *_POSTS, *_LIMITS)
