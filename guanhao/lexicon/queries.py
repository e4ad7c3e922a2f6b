"""Reads of the lexicon: what is in force, and the lists of an institution compiled for screening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from guanhao.lexicon.types import TrainingState

if TYPE_CHECKING:
    from guanhao.lexicon.models import Allowance, Entry, ListedTerm, ProofTraining


class TermQuerySet(models.QuerySet["ListedTerm"]):
    """Terms of the institution in scope."""

    def in_force(self) -> TermQuerySet:
        """Terms that were not removed; whether they are valid on a day is asked when a text is read."""
        return self.filter(removed_in__isnull=True)


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of the institution in scope."""

    def in_force(self) -> EntryQuerySet:
        """Entries that were not removed."""
        return self.filter(removed_in__isnull=True)

    def like(self, kind: str, text: str, meaning: str) -> EntryQuerySet:
        """Those that say the same; one of them at most is in force."""
        return self.filter(kind=kind, text=text, meaning=meaning)


class AllowanceQuerySet(models.QuerySet["Allowance"]):
    """Allowed wordings of the institution in scope."""

    def in_force(self) -> AllowanceQuerySet:
        """Wordings that were not taken back."""
        return self.filter(removed_in__isnull=True)


class TrainingQuerySet(models.QuerySet["ProofTraining"]):
    """Trainings of the institution in scope."""

    def running(self) -> TrainingQuerySet:
        """Those a worker has still to do, or is doing."""
        return self.filter(state=TrainingState.RUNNING)
