"""Addresses of publishing (发布): jobs, the ask page, by hand, stops."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import (
    by_hand,
    duty,
    masssend,
    promises,
    publishing,
    receipts,
    restored,
    stops,
    withdrawals,
)

urlpatterns = [
    path("publishing/", publishing.listing, name="publishing"),
    path("publishing/asks/", publishing.asks, name="asks"),
    path("publishing/asks/answer/", publishing.answer_several, name="asks_answer"),
    path("publishing/restored/", restored.page, name="restored"),
    path("promises/", promises.page, name="not_promised"),
    path("publishing/pulse/", duty.page, name="pulse"),
    path("publishing/<int:pk>/", publishing.job, name="publish_job"),
    path("publishing/<int:pk>/answer/", publishing.answer, name="job_answer"),
    path("publishing/<int:pk>/confirm/", publishing.confirm, name="job_confirm"),
    path("publishing/<int:pk>/look/", publishing.look, name="job_look"),
    path("publishing/<int:pk>/withdraw/", withdrawals.page, name="withdraw"),
    path("publishing/<int:pk>/withdraw/agree/", withdrawals.agree, name="withdrawal_agree"),
    path("publishing/<int:pk>/withdraw/drop/", withdrawals.drop, name="withdrawal_drop"),
    path("publishing/<int:pk>/withdraw/gone/", withdrawals.gone, name="withdrawal_gone"),
    path("publishing/<int:pk>/links/", masssend.links, name="job_links"),
    path("publishing/<int:pk>/by-hand/", by_hand.page, name="by_hand"),
    path("publishing/<int:pk>/pictures.zip", by_hand.pictures, name="by_hand_pictures"),
    path("v/<str:mark>", receipts.receipt, name="receipt"),
    path("publishing/stops/", stops.page, name="stops"),
    path("publishing/stops/all/", stops.stop_all, name="stop_all"),
    path("publishing/stops/all/ask/", stops.ask_lift_all, name="stop_all_ask_lift"),
    path("publishing/stops/all/lift/", stops.lift_all, name="stop_all_lift"),
    path("publishing/stops/<int:pk>/ask/", stops.ask_lift, name="stop_ask_lift"),
    path("publishing/stops/<int:pk>/lift/", stops.lift, name="stop_lift"),
]
