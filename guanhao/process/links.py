"""Where a notice leads. Paths, not names: this floor knows no pages; a test resolves each against the real ones."""

from __future__ import annotations

ASKS = "/publishing/asks/"
DESK = "/"
DUTIES = "/duties/"
PULSE = "/publishing/pulse/"
RETENTION = "/settings/retention/"
REMOVAL = "/settings/removal/"
STOPS = "/publishing/stops/"


def article(key: object) -> str:
    """An article's page."""
    return f"/articles/{key}/"


def application(key: object) -> str:
    """An application's page."""
    return f"/applications/{key}/"


def step(key: object) -> str:
    """The page where a step is decided."""
    return f"/review/{key}/"


def job(key: object) -> str:
    """A publish job's page, with every attempt and look."""
    return f"/publishing/{key}/"


def answer(key: object) -> str:
    """The page where a person says what became of a push."""
    return f"/publishing/{key}/answer/"


def withdrawal(key: object) -> str:
    """The page where a published push is withdrawn."""
    return f"/publishing/{key}/withdraw/"


def by_hand(key: object) -> str:
    """The page with the copy-ready content and the form for the link."""
    return f"/publishing/{key}/by-hand/"


def duty(key: object) -> str:
    """A duty's page, with its history and its article."""
    return f"/duties/{key}/"


def inspections(key: object) -> str:
    """The page of a round of annual inspection."""
    return f"/inspections/{key}/"


def inspection(key: object) -> str:
    """One account's page in a round."""
    return f"/inspections/accounts/{key}/"


def inspection_results(key: object) -> str:
    """The published results of a round."""
    return f"/inspections/{key}/results/"


def account(key: object) -> str:
    """An account's page."""
    return f"/accounts/{key}/"


def interface(key: object) -> str:
    """How we speak to an account's platform, with the self-test."""
    return f"/accounts/{key}/interface/"


def sighting(key: object) -> str:
    """A sighting's page, where it is decided what it is."""
    return f"/screening/sightings/{key}/"


def connection(key: object) -> str:
    """The part of an account's interface page where its authorisation is renewed."""
    return f"{interface(key)}#connection"


def custody(key: object) -> str:
    """Who holds an account's credentials, and which are due to be replaced."""
    return f"/accounts/{key}/custody/"


def handover(key: object) -> str:
    """The checklist of a person who hands over."""
    return f"/people/{key}/handover/"


def incident(key: object) -> str:
    """An incident with its clock."""
    return f"/privacy/incidents/{key}/"


def consent(key: object) -> str:
    """What somebody agreed to have published, with what is to be done about it."""
    return f"/privacy/consents/{key}/"


def disclosure(key: object) -> str:
    """What an authority asks for."""
    return f"/privacy/disclosures/{key}/"


def personal_request(key: object) -> str:
    """Where the office answers a person about their data."""
    return f"/privacy/requests/{key}/"


MY_DATA = "/me/data/"


def subject(kind: str, key: object) -> str:
    """The page of what a case is about; the desk where that has no page of its own."""
    pages = {"article": article, "application": application, "inspection": inspection}
    return pages[kind](key) if kind in pages else DESK
