"""Addresses about personal data and security."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import consents, data_requests, disclosures, incidents, inventory, notice

urlpatterns = [
    path("privacy/", inventory.page, name="personal_data"),
    path("privacy/notice/", notice.page, name="privacy_notice"),
    path("privacy/notice/read/", notice.acknowledge, name="privacy_notice_acknowledge"),
    path("privacy/notice/edit/", notice.edit, name="privacy_notice_edit"),
    path("privacy/notice/<int:number>/", notice.version, name="privacy_notice_version"),
    path("me/data/", data_requests.mine, name="my_data"),
    path("me/data/<int:pk>/withdraw/", data_requests.withdraw, name="my_data_withdraw"),
    path("me/data/consents/<int:pk>/answer/", consents.answer_mine, name="my_consent_answer"),
    path("me/data/consents/<int:pk>/withdraw/", consents.withdraw_mine, name="my_consent_withdraw"),
    path("articles/<int:pk>/consents/new/", consents.show, name="article_consent_new"),
    path("articles/<int:pk>/consents/again/", consents.show_again, name="article_consent_again"),
    path("privacy/consents/", consents.listing, name="consents"),
    path("privacy/consents/<int:pk>/", consents.record, name="consent"),
    path("privacy/consents/<int:pk>/paper/", consents.paper, name="consent_paper"),
    path("privacy/consents/<int:pk>/give/", consents.give, name="consent_give"),
    path("privacy/consents/<int:pk>/decline/", consents.decline, name="consent_decline"),
    path("privacy/consents/<int:pk>/withdraw/", consents.withdraw, name="consent_withdraw"),
    path("privacy/portrayals/<int:pk>/remove/", consents.take_off, name="portrayal_remove"),
    path("privacy/portrayals/<int:pk>/settle/", consents.settle, name="portrayal_settle"),
    path("privacy/requests/", data_requests.listing, name="data_requests"),
    path("privacy/requests/new/", data_requests.new, name="data_request_new"),
    path("privacy/requests/<int:pk>/", data_requests.record, name="data_request"),
    path("privacy/requests/<int:pk>/answer/", data_requests.answer, name="data_request_answer"),
    path("privacy/disclosures/", disclosures.listing, name="disclosures"),
    path("privacy/disclosures/new/", disclosures.new, name="disclosure_new"),
    path("privacy/disclosures/<int:pk>/", disclosures.record, name="disclosure"),
    path("privacy/disclosures/<int:pk>/scan/", disclosures.scan, name="disclosure_scan"),
    path("privacy/disclosures/<int:pk>/approve/", disclosures.approve, name="disclosure_approve"),
    path("privacy/disclosures/<int:pk>/decline/", disclosures.decline, name="disclosure_decline"),
    path("privacy/disclosures/<int:pk>/again/", disclosures.again, name="disclosure_again"),
    path("privacy/disclosures/<int:pk>/file/", disclosures.file, name="disclosure_file"),
    path("privacy/disclosures/<int:pk>/deliver/", disclosures.deliver, name="disclosure_deliver"),
    path("privacy/incidents/", incidents.listing, name="incidents"),
    path("privacy/incidents/new/", incidents.new, name="incident_new"),
    path("privacy/incidents/<int:pk>/", incidents.record, name="incident"),
    path("privacy/incidents/<int:pk>/edit/", incidents.edit, name="incident_edit"),
    path("privacy/incidents/<int:pk>/print/", incidents.printed, name="incident_print"),
    path("privacy/incidents/<int:pk>/measure/", incidents.measure, name="incident_measure"),
    path("privacy/incidents/<int:pk>/close/", incidents.close, name="incident_close"),
    path("privacy/incidents/reports/<int:pk>/", incidents.reported, name="incident_reported"),
]
