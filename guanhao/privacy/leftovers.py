"""Drafts and files of somebody whose data is deleted: what the record of the work does not need goes, bytes included."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, ProtectedError

from guanhao.cases.models import PaperCopy
from guanhao.contents.assets import path_of
from guanhao.contents.models import Article, ArticleHand, Asset, Attachment, Handling, Revision
from guanhao.people.models import Person
from guanhao.privacy.models import Portrayal, PublicationConsent
from guanhao.privacy.types import ConsentReach
from guanhao.publishing.models import RemoteMedia
from guanhao.registry.models import Account


def drop_drafts(person: Person) -> int:
    """Delete what they began and nobody ever submitted; how many."""
    drafts = Article.objects.filter(contributor=person, case__isnull=True, current__isnull=True).exclude(
        Exists(Revision.objects.filter(article=OuterRef("pk")))
    )
    dropped = 0
    for draft in drafts:
        try:
            with transaction.atomic():
                for model in (Attachment, ArticleHand, Handling):
                    model.objects.filter(article=draft).delete()
                _drop_portrayals(draft)
                draft.delete()
        except (ProtectedError, IntegrityError):
            continue  # Something of the record leads to it, so it is part of the record.
        dropped += 1
    return dropped


def _drop_portrayals(draft: Article) -> None:
    """Whom the draft would have shown, with consents that no other article rests on."""
    shown = Portrayal.objects.filter(article=draft)
    keys = list(shown.values_list("consent", flat=True))
    shown.delete()
    PublicationConsent.objects.filter(
        pk__in=keys, portrayals__isnull=True, reach=ConsentReach.ARTICLE
    ).delete()


def drop_files(person: Person) -> int:
    """Delete files they uploaded that nothing needs, and forget of the others whose they were and what they were called."""
    dropped = 0
    for asset in Asset.objects.filter(uploaded_by=person):
        if _needed(asset) or not _dropped(asset):
            Asset.objects.filter(pk=asset.pk).update(uploaded_by=None, original_name="")
        else:
            dropped += 1
    return dropped


def _dropped(asset: Asset) -> bool:
    """The row goes first: a file without a row is harmless, the other way it is not."""
    place = path_of(asset)
    try:
        with transaction.atomic():
            asset.delete()
    except (ProtectedError, IntegrityError):
        return False
    transaction.on_commit(lambda: place.unlink(missing_ok=True))
    return True


def _needed(asset: Asset) -> bool:
    """Whether something names the file by its digest; rows that link to it protect it themselves."""
    digest = asset.digest
    return (
        Article.objects.filter(working__icontains=digest).exists()
        or Revision.objects.filter(content__icontains=digest).exists()
        or PaperCopy.objects.filter(digest=digest).exists()
        or RemoteMedia.objects.filter(asset_digest=digest).exists()
        or Account.objects.filter(qr=digest).exists()
        or Account.objects.filter(avatar=digest).exists()
    )
