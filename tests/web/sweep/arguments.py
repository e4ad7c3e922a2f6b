"""Which object of `objects.Objects` each argument of a route is; a route that is missing here fails the sweep."""

from __future__ import annotations

from datetime import date

from guanhao.inbound.cancelling import cancel_address
from guanhao.ledger.models import Event
from guanhao.regulation.models import RulebookVersion
from guanhao.web.work import pictures
from tests.web.sweep.duty_objects import DUTY_ARGUMENTS
from tests.web.sweep.privacy_objects import PRIVACY_ARGUMENTS

# Which object each argument of a route is. A plain text stands for itself.
ARGUMENTS = {
    **DUTY_ARGUMENTS,
    **PRIVACY_ARGUMENTS,
    **{
        name: {"pk": lambda o: o.draft.pk}
        for name in (
            "article",
            "article_withdraw",
            "article_duplicate",
            "article_follow",
            "article_classes",
            "article_attach",
            "article_authorisation",
            "article_edit",
            "article_save",
            "article_submit",
            "article_pictures",
            "article_fetch",
            "article_import",
            "article_preview",
            "article_handle",
        )
    },
    "article_compare": {"pk": lambda o: o.submitted.pk},
    **{name: {"pk": lambda o: o.finding.pk} for name in ("finding_settle", "finding_confirm")},
    **{
        name: {"pk": lambda o: o.rescreening.pk}
        for name in (
            "rescreening",
            "rescreening_progress",
            "rescreening_pause",
            "rescreening_resume",
            "rescreening_stop",
        )
    },
    **{name: {"pk": lambda o: o.sighting.pk} for name in ("sighting", "sighting_decide")},
    "screening_result": {"token": lambda o: o.checked_file},
    "terms_check": {"token": lambda o: o.uploaded_terms},
    "proof_model_choose": {"pk": lambda o: o.training.pk},
    "entries_check": {"token": lambda o: o.uploaded_entries},
    "handling_take_back": {"pk": lambda o: o.handling.pk},
    "revision_mark_error": {"pk": lambda o: o.submitted.current.pk},
    "error_withdraw": {"pk": lambda o: o.error.pk},
    "revision_findings": {"pk": lambda o: o.submitted.current.pk},
    "revision_preview": {"pk": lambda o: o.submitted.current.pk},
    "attachment": {"pk": lambda o: o.attachment.pk},
    "picture": {"token": lambda o: pictures.address(o.cast.institution.pk, o.stored.digest).split("/")[2]},
    **{name: {"pk": lambda o: o.step.pk} for name in ("review_step", "review_decide")},
    "paper_upload": {"pk": lambda o: o.submitted.case.pk},
    "paper": {"pk": lambda o: o.paper.pk},
    **{
        name: {"pk": lambda o: o.inspection.pk}
        for name in (
            "inspection",
            "inspection_report",
            "inspection_pdf",
            "inspection_word",
            "inspection_take_back",
            "inspection_fail",
        )
    },
    **{
        name: {"pk": lambda o: o.inspection.round_id}
        for name in ("inspection_round", "inspection_pass", "inspection_publish", "inspection_results")
    },
    "schedule": {"pk": lambda o: o.approved.current.pk},
    **{name: {"pk": lambda o: o.push.pk} for name in ("push", "push_move", "push_cancel", "push_preview")},
    **{
        name: {"pk": lambda o: o.job.pk}
        for name in (
            "publish_job",
            "job_answer",
            "job_confirm",
            "job_look",
            "by_hand",
            "by_hand_pictures",
            "withdraw",
            "withdrawal_agree",
            "withdrawal_drop",
            "withdrawal_gone",
            "job_links",
        )
    },
    "account_compared": {"pk": lambda o: o.cast.accounts["flagship"].pk, "part": lambda _o: "menu"},
    "receipt": {"mark": lambda o: o.job.mark},
    **{name: {"pk": lambda o: o.stop.pk} for name in ("stop_ask_lift", "stop_lift")},
    **{
        name: {"pk": lambda o: o.cast.accounts["flagship"].pk}
        for name in (
            "account",
            "account_interface",
            "account_test",
            "account_look",
            "account_edit",
            "account_operators",
            "account_custody",
            "holder_add",
            "reveal_ask",
            "emergency_ask",
            "credential_leak",
            "account_sending",
            "account_secret",
            "account_callback_address",
            "account_callback_keys",
            "account_callback_plain",
            "weibo_authorise",
            "weibo_confirm",
            "weibo_disconnect",
        )
    },
    **{
        name: {"pk": lambda o: o.application.pk}
        for name in (
            "application",
            "application_edit",
            "application_withdraw",
            "application_pdf",
            "application_word",
        )
    },
    "account_step": {"pk": lambda o: o.cast.accounts["flagship"].pk, "key": lambda _o: "suspend"},
    "account_operator_end": {
        "pk": lambda o: o.cast.accounts["flagship"].pk,
        "operator": lambda o: o.operator.pk,
    },
    "holder_remove": {"pk": lambda o: o.cast.accounts["flagship"].pk, "slot": lambda _o: 1},
    **{
        name: {"pk": lambda o: o.cast.accounts["flagship"].pk, "kind": lambda _o: "app_secret"}
        for name in ("credential_prove", "credential_attest")
    },
    "emergency_voice": {"pk": lambda o: o.emergency.pk},
    "reveal": {"token": lambda o: o.look},
    "callback_weibo": {"key": lambda o: cancel_address(o.cast.institution).rpartition("/")[2]},
    "callback_wechat": {"key": lambda o: o.callback_address.key},
    **{
        name: {"key": lambda _o: "menu_change"}
        for name in ("form", "form_pdf", "form_word", "form_template", "form_upload", "form_retire")
    },
    **{
        name: {"key": lambda o: o.cast.institution.key}
        for name in (
            "directory",
            "directory_check",
            "directory_picture",
            "directory_report",
            "directory_widget",
            "api_directory_accounts",
            "api_directory_check",
        )
    },
    **{
        name: {
            "key": lambda o: o.cast.institution.key,
            "pk": lambda o: o.listed.pk,
        }
        for name in ("directory_account", "directory_code")
    },
    **{
        name: {"token": lambda o: o.account_ledger}
        for name in ("accounts_import_check", "accounts_import_faults")
    },
    "checked_print": {"code": lambda _o: "0000000000000000"},
    **{name: {"pk": lambda o: o.export.pk} for name in ("export", "export_file", "export_cancel")},
    "open_notice": {"pk": lambda o: o.notice.pk},
    "revoke_delegation": {"pk": lambda o: o.delegation.pk},
    "rule_version": {"pk": lambda o: RulebookVersion.objects.get(institution=o.cast.institution).pk},
    **{name: {"article": lambda _o: "ruian-16"} for name in ("rule_article", "rule_card")},
    "ledger_event": {"index": lambda _o: Event.objects.order_by("index")[10].index},
    "clear_day": {"day": lambda _o: date(2026, 11, 25).isoformat()},
    **{name: {"pk": lambda o: o.cast.units["学生科"].pk} for name in ("unit", "give_function", "close_unit")},
    **{
        name: {"pk": lambda o: o.person("section").pk}
        for name in (
            "person",
            "appoint",
            "give_sign_in",
            "leave",
            "grant_capability",
            "handover",
            "handover_heir",
            "handover_sign",
            "handover_finish",
        )
    },
    "end_appointment": {"pk": lambda o: o.person("section").pk, "appointment": lambda o: o.appointment.pk},
    "end_capability": {"pk": lambda o: o.person("audit").pk, "grant": lambda o: o.grant.pk},
    "check_import": {"token": lambda o: o.sheet},
    "demonstration_sign_in": {"username": lambda _o: "ruian-editor"},
}
