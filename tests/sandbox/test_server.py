"""The program itself: loopback only, alone, quick to start, sturdy under bad requests."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from sandbox.server import NotLoopbackError, Server, is_loopback
from tests.support.sandbox import RunningSandbox
from tests.support.wechat_client import PlainClient, png

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org", ""])
def test_it_refuses_to_listen_for_other_machines(tmp_path, host):
    """As a library and as a program, before anything is opened."""
    with pytest.raises(NotLoopbackError):
        Server(host, 0, tmp_path / "data")
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--host",
        host,
        "--port",
        "0",
        "--data",
        str(tmp_path / "data"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "loopback" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_addresses_are_loopback(host):
    """All of 127/8, IPv6, and the one name."""
    assert is_loopback(host)


def test_a_port_in_use_is_reported(sandbox, tmp_path):
    """In a sentence, not a traceback."""
    port = sandbox.base_url.rpartition(":")[2]
    command = [sys.executable, "-m", "sandbox", "--port", port, "--data", str(tmp_path / "other")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Cannot listen on")


@pytest.mark.parametrize("host", ["evil.example", "192.0.2.1:80", "127.0.0.1.evil.example"])
def test_a_foreign_host_name_is_refused(sandbox, host):
    """A page elsewhere cannot reach it by pointing its own name at this machine."""
    for path in ("/", "/_sandbox/health", "/cgi-bin/token"):
        assert requests.get(sandbox.base_url + path, headers={"Host": host}).status_code == 403


def test_it_imports_nothing_of_the_product_and_the_product_nothing_of_it():
    """They meet over HTTP only."""
    for package, foreign in (("sandbox", "guanhao"), ("guanhao", "sandbox")):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not [name for name in names if name.split(".")[0] == foreign], path


def test_as_a_program_it_starts_says_where_and_stops(tmp_path):
    """Its first line of output says the address; ending the process frees it."""
    with RunningSandbox.in_process(tmp_path) as sandbox:
        assert sandbox.read("health")["sandbox"] is True
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.base_url)


def test_a_chunked_upload_is_understood(client):
    """Some clients do not announce a length."""
    body = (
        b'--B\r\nContent-Disposition: form-data; name="media"; filename="a.png"\r\n\r\n'
        + png()
        + b"\r\n--B--\r\n"
    )
    pieces = iter([body[:40], body[40:]])
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    assert client.raw("POST", "media/uploadimg", data=pieces, headers=headers).json()["url"]


def test_an_enormous_body_is_refused_unread(sandbox):
    """The announced length is enough."""
    with socket.create_connection(("127.0.0.1", int(sandbox.base_url.rpartition(":")[2]))) as raw:
        raw.sendall(
            b"POST /cgi-bin/draft/add HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01hello\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_garbage_ends_one_connection_only(sandbox, garbage):
    """The next request is answered."""
    with socket.create_connection(("127.0.0.1", int(sandbox.base_url.rpartition(":")[2]))) as raw:
        raw.sendall(garbage)
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(4096):
            pass
    assert sandbox.read("health")["sandbox"] is True


def test_racing_clients_leave_a_consistent_world(sandbox, client):
    """Eight threads: every draft once, every request in the ledger."""
    article, token = client.article(), client.token

    def work():
        own = PlainClient(sandbox.base_url, client.appid, client.secret)
        own.token = token
        for _ in range(10):
            own.draft(article)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.get("draft/count") == {"total_count": 80}
    added = [each["media_id"] for each in sandbox.effects("draft.added")]
    assert len(set(added)) == 80
