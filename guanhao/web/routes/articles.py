"""Addresses of articles (稿件), their editor, files and findings."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import articles, editor, files, findings

urlpatterns = [
    path("articles/", articles.listing, name="articles"),
    path("articles/new/", articles.offer, name="article_new"),
    path("articles/<int:pk>/", articles.record, name="article"),
    path("articles/<int:pk>/compare/", articles.compare, name="article_compare"),
    path("articles/<int:pk>/withdraw/", articles.withdraw, name="article_withdraw"),
    path("articles/<int:pk>/duplicate/", articles.duplicate, name="article_duplicate"),
    path("articles/<int:pk>/follow/", articles.follow, name="article_follow"),
    path("articles/<int:pk>/classes/", articles.mark_classes, name="article_classes"),
    path("articles/<int:pk>/authorisation/", articles.authorisation, name="article_authorisation"),
    path("articles/<int:pk>/attach/", articles.attach, name="article_attach"),
    path("articles/<int:pk>/edit/", editor.edit, name="article_edit"),
    path("articles/<int:pk>/save/", editor.save, name="article_save"),
    path("articles/<int:pk>/submit/", editor.submit, name="article_submit"),
    path("articles/<int:pk>/pictures/", editor.upload, name="article_pictures"),
    path("articles/<int:pk>/fetch/", editor.fetch, name="article_fetch"),
    path("articles/<int:pk>/import/", editor.bring, name="article_import"),
    path("articles/<int:pk>/preview/", editor.preview, name="article_preview"),
    path("articles/<int:pk>/handle/", findings.handle, name="article_handle"),
    path("handlings/<int:pk>/take-back/", findings.take_back, name="handling_take_back"),
    path("findings/<int:pk>/settle/", findings.settle, name="finding_settle"),
    path("findings/<int:pk>/confirm/", findings.confirm, name="finding_confirm"),
    path("revisions/<int:pk>/findings/", findings.table, name="revision_findings"),
    path("revisions/<int:pk>/errors/", findings.mark_error, name="revision_mark_error"),
    path("errors/<int:pk>/withdraw/", findings.withdraw_error, name="error_withdraw"),
    path("revisions/<int:pk>/preview/", files.revision_preview, name="revision_preview"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("pictures/<str:token>/", files.picture, name="picture"),
]
