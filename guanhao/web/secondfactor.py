"""How allauth keeps second factors here: sealed under the installation's keys (SE2, SE6)."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from guanhao.registry import vault


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types.
    """Seeds of codes go into the table sealed and come out for one comparison."""

    def encrypt(self, text: str) -> str:
        """Seal a seed."""
        return vault.seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a seed; one that lies in clear or was changed signs nobody in."""
        return vault.open_factor(encrypted_text)
