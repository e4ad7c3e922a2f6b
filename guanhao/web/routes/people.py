"""Addresses of people: the list, a record, importing."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import handover, importing, people

urlpatterns = [
    path("settings/people/", people.people, name="people"),
    path("settings/people/new/", people.add_person, name="add_person"),
    path("settings/people/import/", importing.upload, name="import_people"),
    path("settings/people/import/template/", importing.template, name="import_template"),
    path("settings/people/import/<str:token>/", importing.check, name="check_import"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/appoint/", people.appoint, name="appoint"),
    path(
        "settings/people/<int:pk>/appointments/<int:appointment>/end/",
        people.end_appointment,
        name="end_appointment",
    ),
    path("settings/people/<int:pk>/sign-in/", people.give_sign_in, name="give_sign_in"),
    path("people/<int:pk>/handover/", handover.handover, name="handover"),
    path("people/<int:pk>/handover/heir/", handover.heir, name="handover_heir"),
    path("people/<int:pk>/handover/sign/", handover.sign, name="handover_sign"),
    path("people/<int:pk>/handover/finish/", handover.finish, name="handover_finish"),
    path("settings/people/<int:pk>/leave/", people.leave, name="leave"),
    path("settings/people/<int:pk>/capability/", people.grant_capability, name="grant_capability"),
    path(
        "settings/people/<int:pk>/capability/<int:grant>/end/", people.end_capability, name="end_capability"
    ),
]
