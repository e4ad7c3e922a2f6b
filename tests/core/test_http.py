"""The outbound seam: what was sent and what was not, which addresses may be spoken to, and that nothing leaks."""

import contextlib
import gzip
import http.server as servers
import logging
import socket
import threading
import traceback

import pytest

from guanhao.core import http

CANARY = "canary-4f1d2c-secret"


class Handler(servers.BaseHTTPRequestHandler):
    """Does what the path says, and remembers what it was asked."""

    hits = []

    def do_GET(self):
        type(self).hits.append((self.path, dict(self.headers)))
        where, _, argument = self.path[1:].partition("/")
        getattr(self, f"_{where}", self._plain)(argument)

    do_POST = do_GET  # noqa: N815 - the library asks for it.

    def _plain(self, _argument):
        self._answer(b'{"ok": 1}')

    def _redirect(self, to):
        self.send_response(302)
        self.send_header("location", to.replace("|", "/"))
        self.end_headers()

    def _big(self, size):
        self._answer(b"x" * int(size))

    def _gzip(self, _argument):
        self._answer(gzip.compress(b'{"ok": 1}'), encoding="gzip")

    def _badgzip(self, _argument):
        self._answer(b"no gzip", encoding="gzip")

    def _cut(self, _argument):
        self.send_response(200)
        self.send_header("content-length", "100")
        self.end_headers()
        self.wfile.write(b"half")
        self.wfile.flush()
        self.connection.close()

    def _slow(self, _argument):
        self.send_response(200)
        self.end_headers()
        for _ in range(50):
            threading.Event().wait(0.1)
            self.wfile.write(b"x")
            self.wfile.flush()

    def _status(self, code):
        self.send_response(int(code))
        self.send_header("content-length", "0")
        self.end_headers()

    def _cookie(self, _argument):
        self.send_response(200)
        self.send_header("set-cookie", "a=b")
        self.end_headers()

    def _answer(self, body, encoding=None):
        self.send_response(200)
        if encoding:
            self.send_header("content-encoding", encoding)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True


class Quiet(servers.ThreadingHTTPServer):
    """A server that does not complain of clients that hang up."""

    def handle_error(self, *_args):
        pass

    def shutdown_request(self, request):
        with contextlib.suppress(OSError, ValueError):
            super().shutdown_request(request)


@pytest.fixture
def server(monkeypatch):
    """A small loopback server; paths say what it does."""
    running = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    monkeypatch.setenv("GUANHAO_TEST_SWITCH", "1")
    Handler.hits = []
    running.hits = Handler.hits
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def caller(server):
    return http.caller(f"http://127.0.0.1:{server.server_port}", frozenset(), seconds=1.0)


@pytest.mark.requirement("NT1")
class TestAllowedAddresses:
    HOSTS = frozenset({"api.weixin.qq.com"})

    @pytest.mark.parametrize(
        "address",
        [
            "http://api.weixin.qq.com",
            "https://api.weixin.qq.com.evil.example",
            "https://evil.example",
            "https://api.weixin.qq.com:8443",
            "https://10.0.0.1",
            "",
        ],
    )
    def test_only_listed_hosts_over_https_are_spoken_to(self, address):
        """Plain http, other hosts and other ports are refused."""
        with pytest.raises(http.NotAllowed):
            http.platform_address(address, self.HOSTS)

    def test_a_listed_host_is_allowed(self):
        """The platform's own address."""
        assert http.platform_address("https://api.weixin.qq.com/", self.HOSTS) == "https://api.weixin.qq.com"

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
    def test_loopback_needs_the_test_switch_or_a_demonstration(self, host, monkeypatch):
        """Security §4.1."""
        with pytest.raises(http.NotAllowed):
            http.platform_address(f"http://{host}:8899", self.HOSTS)
        monkeypatch.setenv("GUANHAO_DEMO", "1")
        assert http.platform_address(f"http://{host}:8899", self.HOSTS)

    @pytest.mark.parametrize("switch", ["GUANHAO_TEST_SWITCH", "GUANHAO_DEMO"])
    def test_the_switch_is_refused_with_a_real_host(self, switch, monkeypatch):
        """A test installation never speaks to the real platform."""
        monkeypatch.setenv(switch, "1")
        with pytest.raises(http.NotAllowed):
            http.platform_address("https://api.weixin.qq.com", self.HOSTS)


@pytest.mark.requirement("K3")
class TestWhatWasSent:
    def test_a_reply_is_decoded(self, caller):
        """Compressed or not."""
        assert caller.call("GET", "/gzip").body == b'{"ok": 1}'

    def test_a_refused_connection_was_not_sent(self, caller, server):
        """Nobody listens any more."""
        gone = http.caller("http://127.0.0.1:1", frozenset())
        with pytest.raises(http.NotSent):
            gone.call("GET", "/plain")

    @pytest.mark.parametrize("path", ["/cut", "/badgzip", "/slow", "/big/9000000"])
    def test_a_reply_that_cannot_be_used_is_unanswered(self, caller, path):
        """Cut off, undecodable, dripping, too long."""
        with pytest.raises(http.Unanswered):
            caller.call("POST", path, content=b"{}")

    def test_holding_back_before_the_first_byte_sends_nothing(self, caller, server):
        """The last-moment check runs when the connection stands and nothing was written."""

        def refuse():
            raise http.NotSent("TooLate")

        with pytest.raises(http.NotSent, match="TooLate"):
            caller.call("GET", "/plain", hooks=http.Hooks(before_first_byte=refuse))
        assert server.hits == []

    def test_redirects_are_answers_and_not_followed(self, caller, server):
        """NT1: no redirects unless asked."""
        assert caller.call("GET", "/redirect/plain").status == 302
        assert len(server.hits) == 1

    def test_no_cookie_of_one_call_travels_with_the_next(self, caller, server):
        """There is no jar."""
        caller.call("GET", "/cookie")
        caller.call("GET", "/plain")
        assert "Cookie" not in server.hits[-1][1]

    def test_system_proxies_are_ignored(self, caller, monkeypatch):
        """A proxy in the environment would see every token."""
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
        assert caller.call("GET", "/plain").status == 200


@pytest.mark.requirement("SE2")
@pytest.mark.parametrize("path", ["/cut/x", "/plain"])
def test_a_token_in_the_address_reaches_neither_exception_nor_log(caller, caplog, path):
    """The canary stands in the query; failures and debug logs do not show it."""
    caplog.set_level(logging.DEBUG)
    target = caller if path == "/cut/x" else http.caller("http://127.0.0.1:1", frozenset())
    with pytest.raises(http.CallFailed) as caught:
        target.call("GET", path, query={"access_token": CANARY})
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__) + caplog.text
    assert CANARY not in told
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


@pytest.mark.requirement("NT2")
class TestUserSuppliedAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
            "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1", "240.0.0.1", "198.18.0.1",
            "::1", "::", "fe80::1", "fc00::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
            "2001:0:1::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "fe80::1%eth0", "2001:db8::1",
        ],
    )  # fmt: skip
    def test_addresses_that_lead_inside_are_refused(self, address):
        """Private, shared, local, reserved, and every translator and tunnel into them."""
        assert not http.is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "119.29.29.29", "2400:3200::1"])
    def test_global_addresses_are_allowed(self, address):
        """The public net."""
        assert http.is_public(address)

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/",
            "http://[::ffff:127.0.0.1]/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
            "http://example.com:22/", "http://user:pw@example.com/", "http:///x", "//example.com/", "http://\x00/",
            "http://[bad/", "",
        ],
    )  # fmt: skip
    def test_other_schemes_ports_and_spellings_of_this_machine_are_refused(self, url, monkeypatch):
        """One generic error for all of them; it does not repeat the address."""
        resolve = socket.getaddrinfo

        def only_numbers(host, *args, **kwargs):
            if host == "example.com":
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
            return resolve(host, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", only_numbers)
        with pytest.raises(http.NotFetched) as caught:
            http.fetch_public(url, seconds=1)
        assert str(caught.value) == str(http.NotFetched())

    @pytest.fixture
    def net(self, server, monkeypatch):
        """A public name that resolves as told, and whose address is played by the loopback server."""
        answers = {"public.example": ["93.184.216.34"], "inside.example": ["10.0.0.7"], "both.example": ["93.184.216.34", "10.0.0.7"]}  # fmt: skip
        asked = []
        real = socket.getaddrinfo

        def resolve(host, port, *_args, **_kwargs):
            if host == "127.0.0.1":
                return real(host, port, *_args, **_kwargs)
            asked.append(host)
            if host not in answers:
                raise socket.gaierror
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answers[host]]

        connect = socket.create_connection

        def played(address, *args, **kwargs):
            assert address[0] == "93.184.216.34", address
            return connect(("127.0.0.1", server.server_port), *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        monkeypatch.setattr(socket, "create_connection", played)
        return asked

    def test_a_public_address_is_read_and_its_name_resolved_once(self, net, server):
        """What was checked is what is connected to: the name is not asked again."""
        assert http.fetch_public("http://public.example/plain").body == b'{"ok": 1}'
        assert net == ["public.example"]
        assert server.hits[0][1]["Host"] == "public.example"

    def test_a_name_with_one_inside_address_is_refused_altogether(self, net):
        """Otherwise the answer could be swapped between check and use."""
        with pytest.raises(http.NotFetched):
            http.fetch_public("http://both.example/plain")

    def test_a_redirect_inside_is_refused(self, net, server):
        """Every hop is checked anew."""
        with pytest.raises(http.NotFetched):
            http.fetch_public("http://public.example/redirect/http:||inside.example|plain")
        assert len(server.hits) == 1

    def test_a_public_redirect_is_followed_and_endless_ones_are_not(self, net):
        """A few hops, no more."""
        assert (
            http.fetch_public("http://public.example/redirect/http:||public.example|plain").body
            == b'{"ok": 1}'
        )
        with pytest.raises(http.NotFetched):
            http.fetch_public("http://public.example/redirect/|redirect|x")

    def test_size_and_time_are_bounded(self, net):
        """A bomb and a drip."""
        with pytest.raises(http.NotFetched):
            http.fetch_public("http://public.example/big/5000", max_bytes=4000)
        with pytest.raises(http.NotFetched):
            http.fetch_public("http://public.example/slow", seconds=0.5)

    @pytest.mark.parametrize(
        ("path", "opens"),
        [
            ("plain", True), ("big/3000000", True), ("status/403", True), ("status/401", True), ("status/429", True),
            ("redirect/http:||public.example|plain", True), ("status/404", False), ("status/410", False), ("status/503", False),
            ("redirect/http:||inside.example|plain", False), ("redirect/http:||unknown.example|", False), ("cut", False),
        ],
    )  # fmt: skip
    def test_an_address_opens_unless_it_is_gone_fails_or_leads_inside(self, net, path, opens):
        """A site that wants a login is alive; one behind our own walls is none for readers."""
        assert http.opens_publicly(f"http://public.example/{path}") is opens

    @pytest.mark.parametrize(
        "url",
        [
            "http://inside.example/",
            "http://unknown.example/",
            "ftp://public.example/",
            "http://a:b@public.example/",
        ],
    )
    def test_an_address_we_do_not_ask_does_not_open(self, net, url):
        """Nor is anything sent."""
        assert not http.opens_publicly(url)
