"""`manage.py create_institution KEY --rulebook FILE`: the first institution of an installation, ready to sign in to."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from guanhao.core import actors, randomness, tenancy
from guanhao.core.verdicts import Refused
from guanhao.people import actions as people
from guanhao.people.models import Institution
from guanhao.people.types import Capability, PersonKind
from guanhao.privacy import noticing
from guanhao.regulation import actions as regulation
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.loading import loads
from guanhao.rulebook.problems import RulebookError

ACTOR = actors.system("set-up", "安装程序")
ADMINISTRATORS = (
    (Capability.SYSTEM, "system", "系统管理员"),
    (Capability.SECURITY, "security", "安全管理员"),
    (Capability.AUDIT, "audit", "审计管理员"),
)


class Command(BaseCommand):
    """Found an institution under its rulebook, with its functional units and the three administrators."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The key and the file."""
        parser.add_argument("key", help="short name in addresses and sign-in names, e.g. ruian")
        parser.add_argument(
            "--rulebook", required=True, help="the rulebook file (guanhao rulebook check FILE)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do all of it or nothing; print each first password once."""
        source = self._source(options["rulebook"])
        try:
            rulebook = loads(source, options["rulebook"])
            with transaction.atomic():
                passwords = self._found(options["key"], rulebook, source)
        except RulebookError as error:
            raise CommandError("\n".join(str(problem) for problem in error.problems)) from None
        except Refused as refused:
            raise CommandError(refused.denied.reason.zh) from None
        self.stdout.write(f"{rulebook.institution.name}：已建立。初始口令只显示这一次，首次登录后请更换。")
        for username, password in passwords:
            self.stdout.write(f"  {username:<28}{password}")

    def _source(self, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}：读不出来（{error}）。") from None

    def _found(self, key: str, rulebook: Rulebook, source: str) -> list[tuple[str, str]]:
        institution = people.found_institution(
            actor=ACTOR, key=key, name=rulebook.institution.name, short_names=rulebook.institution.also
        )
        with tenancy.within(institution):
            self._units(institution, rulebook)
            regulation.adopt(actor=ACTOR, institution=institution, source=source)
            noticing.keep_in_force(institution, actor=ACTOR)
            return [self._administrator(institution, *row) for row in ADMINISTRATORS]

    def _units(self, institution: Institution, rulebook: Rulebook) -> None:
        """The institution itself as root, and every unit that the rulebook names as carrying a function."""
        kinds = list(rulebook.unit_kinds)
        root = people.add_unit(actor=ACTOR, institution=institution, name=institution.name, kind=kinds[0])
        carriers = dict.fromkeys(
            name for function in rulebook.functions.values() for name in function.all_units
        )
        for position, name in enumerate(carriers, start=1):
            people.add_unit(
                actor=ACTOR,
                institution=institution,
                name=name,
                kind=kinds[min(1, len(kinds) - 1)],
                parent=root,
                position=position,
            )

    def _administrator(
        self, institution: Institution, capability: Capability, suffix: str, name: str
    ) -> tuple[str, str]:
        person = people.add_person(actor=ACTOR, institution=institution, name=name, kind=PersonKind.STAFF)
        people.grant_capability(actor=ACTOR, person=person, capability=capability)
        username, password = f"{institution.key}-{suffix}", randomness.token_hex(9)
        people.give_sign_in(actor=ACTOR, person=person, username=username, password=password)
        return username, password
