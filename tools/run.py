"""`make run`: sandbox, web and worker on SQLite with a demonstration; Ctrl-C stops all of it.

1. Keys and settings of the demonstration are made once under var/demo.
2. The platform sandbox starts, since loading the demonstration publishes through it.
3. The database is migrated and filled where the code or the demonstration changed since last time.
4. Web and worker start; the address, the sign-ins and what to try first are printed.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GUANHAO_VAR", ROOT / "var" / "demo"))
WEB_PORT = int(os.environ.get("GUANHAO_PORT", "8800"))
SANDBOX_PORT = int(os.environ.get("GUANHAO_SANDBOX_PORT", "8899"))
WEB = f"http://127.0.0.1:{WEB_PORT}"
SANDBOX = f"http://127.0.0.1:{SANDBOX_PORT}"
PATIENCE = 60  # seconds a part may take to answer


class Parts:
    """The processes this program started; it ends those and no others."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, *arguments: str) -> None:
        """Start a part in a group of its own, so that Ctrl-C reaches it through us, in our order."""
        log = (VAR / "log" / f"{name}.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        self.running.append((name, process))

    def dead(self) -> str:
        """The name of a part that ended by itself; empty while all live."""
        return next((name for name, process in self.running if process.poll() is not None), "")

    def stop(self) -> None:
        """End the parts, last started first, and wait for each."""
        for _name, process in reversed(self.running):
            if process.poll() is None:
                process.terminate()
        for _name, process in reversed(self.running):
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def environment() -> dict[str, str]:
    """Settings of the demonstration; the secret key is made once and kept."""
    for folder in ("keys", "log", "media", "mail"):
        (VAR / folder).mkdir(parents=True, exist_ok=True)
    key = VAR / "keys" / "secret_key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(32), encoding="utf-8")
    return {
        **os.environ,
        "GUANHAO_DEMO": "1",
        "GUANHAO_VAR": str(VAR),
        "GUANHAO_SECRET_KEY_FILE": str(key),
        "GUANHAO_PUBLIC_URL": WEB,
        "GUANHAO_WECHAT_BASE_URL": SANDBOX,
        "GUANHAO_WEIBO_BASE_URL": SANDBOX,
        "GUANHAO_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "guanhao.settings",
    }


def fingerprint() -> str:
    """Changes when a migration, a rulebook or the demonstration changes."""
    digest = hashlib.sha256()
    patterns = ("guanhao/*/migrations/*.py", "demo/*", "rulebooks/*", "guanhao/demo/*.py")
    for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def answers(url: str, parts: Parts) -> bool:
    """Wait until an address answers; false when a part died or patience ran out."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not parts.dead():
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address.
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def prepare(settings: dict[str, str]) -> None:
    """Keys, tables and the demonstration; nothing when all of it is as it was."""
    stamp = VAR / "prepared"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Preparing the demonstration (once; about a minute) …", flush=True)
    for command in (
        ("init_keys",),
        ("migrate", "--verbosity", "0"),
        ("createcachetable",),
        ("load_demonstration", "--sandbox", SANDBOX),
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=settings, check=True)
    stamp.write_text(wanted, encoding="utf-8")


def welcome() -> str:
    """What the newcomer reads."""
    yaml = YAML(typ="safe")
    lines = [
        "",
        f"  官号 Guanhao      {WEB}/",
        f"  what readers see  {SANDBOX}/   (the sandbox: a fake WeChat and Weibo on this machine)",
        "",
        "  Sign in by one click on the sign-in page, or with these names (password demo-only-Passw0rd).",
        "  Every person is invented.",
        "",
    ]
    for path in sorted((ROOT / "demo").glob("*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"))
        if "people" not in data:
            continue
        lines.append(f"  {data['units'][0]['name']}")
        lines += [
            f"    {p['sign_in']:<24}{p['name']}  {p['role']['zh']} / {p['role']['en']}"
            for p in data["people"]
        ]
        lines.append("")
    lines += [
        "  Try first: sign in as ruian-section-head and decide what waits; then as ruian-leader, then ruian-editor,",
        "  who schedules it; a minute after its time, look at what readers see.",
        "",
        "  Ctrl-C stops everything.",
    ]
    return "\n".join(lines)


def main() -> int:
    """Start everything, wait for Ctrl-C, stop everything."""
    settings = environment()
    parts = Parts(settings)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        parts.start("sandbox", "-m", "sandbox", "--port", str(SANDBOX_PORT), "--data", str(VAR / "sandbox"))
        if not answers(f"{SANDBOX}/", parts):
            print(f"The sandbox did not start; see {VAR / 'log' / 'sandbox.log'}.")
            return 1
        prepare(settings)
        parts.start(
            "web",
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(WEB_PORT),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "--no-access-log",
            "guanhao.wsgi:application",
        )
        parts.start("worker", "manage.py", "worker")
        if not answers(f"{WEB}/sign-in/", parts):
            print(f"The {parts.dead() or 'web'} part did not start; see {VAR / 'log'}.")
            return 1
        print(welcome(), flush=True)
        while not parts.dead():
            time.sleep(0.5)
        print(f"The {parts.dead()} part ended by itself; see {VAR / 'log'}.")
        return 1
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(error.cmd[1:])} failed; the message above says why.")
        return 1
    finally:
        parts.stop()


if __name__ == "__main__":
    sys.exit(main())
