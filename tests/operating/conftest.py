"""Operators' commands are tried on the cast, and on the publishing tests' world where something is sent."""

from tests.publishing.conftest import running_sandbox, sandbox, time, world

__all__ = ["running_sandbox", "sandbox", "time", "world"]
