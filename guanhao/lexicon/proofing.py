"""An institution's own proofreading model: trained on its archive in the background, chosen, given up for the delivered one."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, WrongState, require
from guanhao.ledger.types import Action
from guanhao.lexicon import checks
from guanhao.lexicon.models import ProofTraining
from guanhao.lexicon.types import TrainingState
from guanhao.lexicon.versions import advance, locked, tell
from guanhao.people.models import Institution, Person
from guanhao.screening.proof.calibration import DEFAULT_BUDGET
from guanhao.steps.clock import database_now


@transaction.atomic
def start_training(
    *, actor: Actor, person: Person, institution: Institution, budget: float = DEFAULT_BUDGET
) -> ProofTraining:
    """Let the delivered model read everything published; a worker does it.

    Raises:
        Refused: not the keeper of the lists. WrongState: one is under way.
    """
    require(checks.may_manage(person))
    row = ProofTraining(
        institution=institution,
        asked_by=person,
        asked_at=clock.now(),
        budget=budget,
        run_after=database_now(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as taken:
        raise WrongState(Denied(Text(zh="已有一次训练没有结束。", en="One is under way already."))) from taken
    tell(
        actor,
        locked(institution),
        Action.PROOF_TRAINING_STARTED,
        {"training": row.pk, "budget": str(budget)},
        {},
    )
    return row


@transaction.atomic
def choose_model(
    *, actor: Actor, person: Person, institution: Institution, training: ProofTraining | None
) -> None:
    """Proofread with the model of a training from the next check on, or (None) with the delivered one again.

    Raises:
        Refused: not the keeper of the lists. WrongState: the training brought no model, or it is in use.
    """
    require(checks.may_manage(person))
    digest = training.digest if training is not None else ""
    if training is not None and training.state != TrainingState.DONE:
        raise WrongState(Denied(Text(zh="这次训练没有得出模型。", en="That training brought no model.")))
    lexicon = locked(institution)
    if lexicon.proof_digest == digest:
        raise WrongState(Denied(Text(zh="正在使用这个模型。", en="This model is in use already.")))
    before, lexicon.proof_digest = lexicon.proof_digest, digest
    lexicon.save(update_fields=["proof_digest"])
    advance(lexicon)
    tell(actor, lexicon, Action.PROOF_MODEL_CHOSEN, {"before": before, "after": digest}, {})
