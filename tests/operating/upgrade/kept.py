"""What `make` kept of an installation of the first release."""

import base64
import json
import lzma
from pathlib import Path

FILE = Path(__file__).with_name("first_release.json.xz")


def kept():
    """Its migrations, rows and files."""
    return json.loads(lzma.decompress(FILE.read_bytes()))


def lay_out(told, home):
    """Put its files below a directory, readable by nobody else."""
    for name, data in told["files"].items():
        path = Path(home) / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(base64.b64decode(data))
        path.chmod(0o600)
