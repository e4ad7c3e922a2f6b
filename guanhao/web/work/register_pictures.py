"""QR codes and avatars of accounts: drawn anew and stored like every picture; the register keeps their digests."""

from __future__ import annotations

from guanhao.web.forms.register import PICTURES, ParticularsForm
from guanhao.web.viewer import Viewer
from guanhao.web.work.imports import picture


def stored(viewer: Viewer, form: ParticularsForm) -> dict[str, str]:
    """The digests of the pictures that were sent; what was not sent stays as it is.

    Raises:
        Refused: something sent is no picture, or there is no space left.
    """
    sent = {name: form.cleaned_data.get(name) for name in PICTURES}
    return {name: picture(viewer, file).digest for name, file in sent.items() if file}
