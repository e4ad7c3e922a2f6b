"""`guanhao proofread`."""

from guanhao.screening.cli import main_proofread as main

__all__ = ["main"]
