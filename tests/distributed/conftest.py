"""Real brokers where they answer, behind a wire of our own that a test may cut."""

import contextlib
import os
import socket
import threading
import uuid

import pytest
from kombu import Connection

from tests.publishing.conftest import running_sandbox, sandbox

__all__ = ["running_sandbox", "sandbox"]

BROKERS = {
    "rabbitmq": ("amqp://guest:guest@{place}//", ("127.0.0.1", 5672)),
    "redis": ("redis://{place}/0", ("127.0.0.1", 6379)),
}


class Wire:
    """Carries bytes to a broker until it is cut; the broker itself is never touched."""

    def __init__(self, far):
        self.far = far
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Close every connection, and accept none any more."""
        self.listener.close()
        for one in self.sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                far = socket.create_connection(self.far)
                self.sockets += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture(params=sorted(BROKERS))
def broker(request):
    """A wire to the broker of that kind, and its address; queues of the test's own, deleted afterwards."""
    address, far = BROKERS[request.param]
    try:
        socket.create_connection(far, timeout=2).close()
    except OSError:
        if os.environ.get("GUANHAO_REQUIRE_BROKERS") == "1":
            pytest.fail(f"{request.param} does not answer on {far}, and it is required here.")
        pytest.skip(f"{request.param} does not answer on {far[0]}:{far[1]}.")
    wire = Wire(far)
    wire.url = address.format(place=wire.place)
    wire.straight = address.format(place=f"{far[0]}:{far[1]}")
    wire.prefix = f"guanhao-test-{uuid.uuid4().hex[:8]}"
    yield wire
    wire.cut()
    with Connection(wire.straight) as link:
        for queue in queues_of(wire, link):
            queue.delete()


def queues_of(wire, link):
    """The test's queues on the broker."""
    from kombu import Queue as BrokerQueue

    from guanhao.steps.types import Queue

    return [
        BrokerQueue(f"{wire.prefix}.{queue}", durable=True, message_ttl=10)(link.default_channel)
        for queue in Queue
    ]
