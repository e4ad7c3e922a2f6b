"""Addresses of duties (待办义务), and of what people bring and pass on."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import concerns, duties, feeds, reposts

urlpatterns = [
    path("duties/", duties.listing, name="duties"),
    path("duties/concerns/", concerns.listing, name="concerns"),
    path("duties/concerns/new/", concerns.new, name="concern_new"),
    path("duties/concerns/<int:pk>/", concerns.record, name="concern"),
    path("duties/rules/", concerns.rules, name="rules_on_file"),
    path("duties/rules/new/", concerns.rules_new, name="rules_new"),
    path("duties/rules/<int:pk>/file/", concerns.rules_file, name="rules_file"),
    path("duties/reposts/", reposts.listing, name="reposts"),
    path("duties/reposts/new/", reposts.new, name="repost_new"),
    path("duties/reposts/export/", reposts.export, name="reposts_export"),
    path("duties/feed/", feeds.page, name="feed"),
    path("duties/feed/renew/", feeds.renew, name="feed_renew"),
    path("duties/feed/<str:secret>.ics", feeds.calendar, name="feed_calendar"),
    path("duties/<str:key>/", duties.record, name="duty"),
    path("duties/<str:key>/report/", duties.report, name="duty_report"),
    path("duties/<str:key>/waive/", duties.waive, name="duty_waive"),
]
