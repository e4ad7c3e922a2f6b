"""`manage.py load_demonstration --sandbox ADDRESS`: the institutions of `demo/` with two weeks of work behind them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guanhao.contents.days import seed_statutory
from guanhao.demo import inspections, lists, register, story
from guanhao.demo.institutions import KEYS, set_up
from guanhao.demo.sandbox import Sandbox
from guanhao.people.models import Institution
from guanhao.process.checkpoints import put_copies_aside


class Command(BaseCommand):
    """Load what is not there yet; an institution that exists is left as it is."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the sandbox listens."""
        parser.add_argument("--sandbox", required=True, help="the sandbox's address, for its control calls")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Tell the sandbox its accounts, then set up and play each institution."""
        if not settings.DEMO:
            raise CommandError("GUANHAO_DEMO is off: invented people never enter a real installation.")
        seed_statutory()
        sandbox = Sandbox(options["sandbox"])
        missing = [key for key in KEYS if not Institution.objects.filter(key=key).exists()]
        if missing == list(KEYS):
            sandbox.forget_everything()
        for key in missing:
            put_copies_aside(key)  # of the log of a demonstration that was thrown away
            demonstration = set_up(key)
            accounts = sandbox.open_accounts(demonstration)
            lists.fill(demonstration)
            register.fill(demonstration)
            told = story.play(demonstration, sandbox)
            lists.read_again(demonstration)
            inspections.fill(demonstration)
            self.stdout.write(f"  {demonstration.institution.name}: {accounts} accounts, {told} articles")
