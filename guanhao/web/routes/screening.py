"""Addresses of screening (审查): the test box, file checks, the institution's lists."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import entries, lexicon, proofmodel, rescreening, screening, sightings

urlpatterns = [
    path("screening/", screening.box, name="screening"),
    path("screening/file/", screening.upload, name="screening_file"),
    path("screening/file/<str:token>/", screening.result, name="screening_result"),
    path("screening/terms/", lexicon.terms, name="terms"),
    path("screening/terms/new/", lexicon.add_term, name="term_new"),
    path("screening/terms/remove/", lexicon.remove_terms, name="terms_remove"),
    path("screening/terms/restore/", lexicon.restore_terms, name="terms_restore"),
    path("screening/terms/import/", lexicon.upload_terms, name="terms_import"),
    path("screening/terms/import/template/", lexicon.template, name="terms_template"),
    path("screening/terms/import/<str:token>/", lexicon.check_terms, name="terms_check"),
    path("screening/entries/", lexicon.entries, name="entries"),
    path("screening/entries/new/", lexicon.add_entry, name="entry_new"),
    path("screening/entries/remove/", lexicon.remove_entries, name="entries_remove"),
    path("screening/entries/restore/", lexicon.restore_entries, name="entries_restore"),
    path("screening/entries/import/", entries.upload, name="entries_import"),
    path("screening/entries/import/template/", entries.template, name="entries_template"),
    path("screening/entries/import/<str:token>/", entries.check, name="entries_check"),
    path("screening/allowed/", lexicon.allowances, name="allowances"),
    path("screening/model/", proofmodel.listing, name="proof_model"),
    path("screening/model/delivered/", proofmodel.delivered, name="proof_model_delivered"),
    path("screening/model/<int:pk>/use/", proofmodel.choose, name="proof_model_choose"),
    path("screening/archive/", rescreening.listing, name="rescreenings"),
    path("screening/archive/<int:pk>/", rescreening.record, name="rescreening"),
    path("screening/archive/<int:pk>/progress/", rescreening.progress, name="rescreening_progress"),
    path("screening/archive/<int:pk>/pause/", rescreening.pause, name="rescreening_pause"),
    path("screening/archive/<int:pk>/resume/", rescreening.resume, name="rescreening_resume"),
    path("screening/archive/<int:pk>/stop/", rescreening.stop, name="rescreening_stop"),
    path("screening/sightings/", sightings.listing, name="sightings"),
    path("screening/sightings/import/", sightings.upload, name="sightings_import"),
    path("screening/sightings/<int:pk>/", sightings.record, name="sighting"),
    path("screening/sightings/<int:pk>/decide/", sightings.decide, name="sighting_decide"),
    path("screening/allowed/remove/", lexicon.remove_allowances, name="allowances_remove"),
    path("screening/allowed/restore/", lexicon.restore_allowances, name="allowances_restore"),
]
