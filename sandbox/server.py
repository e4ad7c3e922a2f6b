"""The HTTP server: loopback only, one thread per connection, and able to drop a connection on purpose."""

from __future__ import annotations

import ipaddress
import socket
import struct
import sys
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from sandbox.application import answer
from sandbox.pusher import Pusher
from sandbox.wire import Delivery, Reply, Request
from sandbox.world import World

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BODY = 32 * 1024 * 1024
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
IDLE_SECONDS = 60
WRITE_BUFFER = 64 * 1024


class NotLoopbackError(Exception):
    """The sandbox was asked to listen on an address other machines can reach."""


class TooLargeError(Exception):
    """A body larger than any real one."""


class Handler(BaseHTTPRequestHandler):
    """Reads a request, has it answered, writes the reply in one piece."""

    protocol_version = "HTTP/1.1"
    server_version = "GuanhaoSandbox"
    sys_version = ""
    timeout = IDLE_SECONDS
    # Buffered, headers and body leave in one piece; in two they would wait for each other's acknowledgement.
    wbufsize = WRITE_BUFFER
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing: the ledger is the log, and it masks secrets, which a request line does not."""

    def _answer(self) -> None:
        try:
            request = self._request()
        except TooLargeError:
            self.close_connection = True
            self._write(Reply(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
            return
        try:
            reply = answer(self.server.world, request)
        except Exception:  # noqa: BLE001 - the one place that turns a mistake of ours into an answer
            traceback.print_exc(file=sys.stderr)
            reply = Reply(status=HTTPStatus.INTERNAL_SERVER_ERROR, body=b"sandbox error, see its output")
            reply.content_type = "text/plain"
        self.server.pusher.before_reply()
        self._write(reply)
        self.wfile.flush()
        self.server.pusher.wake()

    def _request(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        chunked = "chunked" in headers.get("transfer-encoding", "")
        body = self._chunks() if chunked else self._read(int(headers.get("content-length") or 0))
        return Request.of(self.command, self.path, headers, body, self.client_address[0])

    def _read(self, length: int) -> bytes:
        if length > LARGEST_BODY:
            raise TooLargeError
        return self.rfile.read(length)

    def _chunks(self) -> bytes:
        body = b""
        while length := int(self.rfile.readline().partition(b";")[0].strip() or b"0", 16):
            body += self._read(length)
            self.rfile.readline()
            if len(body) > LARGEST_BODY:
                raise TooLargeError
        while self.rfile.readline().strip():
            pass  # Trailers mean nothing to us; they end with an empty line.
        return body

    def _write(self, reply: Reply) -> None:
        if reply.delivery is Delivery.RESET:
            self._reset()
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self._send_body(reply)

    def _send_body(self, reply: Reply) -> None:
        body = reply.body
        if reply.delivery is Delivery.TRUNCATED:
            # The length announced is the whole one: the client sees a body that stops in the middle.
            body = body[: len(body) // 2]
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


class Server(ThreadingHTTPServer):
    """One running sandbox."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, directory: Path) -> None:
        """Listen on a loopback address; port 0 takes a free one. Raises NotLoopbackError."""
        if not is_loopback(host):
            raise NotLoopbackError(host)
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), Handler)
        shown = f"[{host}]" if ":" in host else host
        self.world = World.open(directory, f"http://{shown}:{self.server_port}")
        self.pusher = Pusher(self.world)
        self.pusher.start()

    def server_bind(self) -> None:
        """Bind without asking a name server what this machine is called."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def shutdown_request(self, request: Any) -> None:
        """Close a connection without the polite farewell, which would turn a reset into a clean end."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet about clients that went away; report anything else."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Stop listening and close the database."""
        self.server_close()
        self.pusher.stop()
        self.world.store.close()


def is_loopback(host: str) -> bool:
    """Say whether an address is this machine's own; names other than localhost are not trusted."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
