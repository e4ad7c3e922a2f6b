"""``python -m sandbox --port 8899 --data DIRECTORY``: run the sandbox until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from sandbox.platforms import PLATFORMS
from sandbox.server import NotLoopbackError, Server

DEFAULT_PORT = 8899


def main(arguments: list[str] | None = None) -> int:
    """Run the sandbox; answer 0 after a clean stop, 2 when it may not or cannot listen."""
    options = _parser().parse_args(arguments)
    try:
        server = Server(options.host, options.port, options.data)
    except NotLoopbackError:
        sys.stderr.write(
            f"{options.host} is not a loopback address: the sandbox never listens for other machines.\n"
        )
        return 2
    except OSError as error:
        sys.stderr.write(f"Cannot listen on {options.host}:{options.port}: {error.strerror}.\n")
        return 2
    if options.examples:
        for each in PLATFORMS:
            each.add_examples(server.world)
    sys.stdout.write(f"Sandbox (沙箱) on {server.world.base_url}\n")
    sys.stdout.flush()
    _serve(server)
    return 0


def _serve(server: Server) -> None:
    def stop(*_: object) -> None:
        # shutdown() waits for the loop this handler interrupts, so it needs a thread of its own.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        server.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox", description="A local stand-in for the platforms' server APIs."
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes a free one")
    parser.add_argument("--data", type=Path, default=Path("var/sandbox"), help="directory of the database")
    parser.add_argument("--examples", action="store_true", help="make sure the example accounts exist")
    return parser


if __name__ == "__main__":
    sys.exit(main())
