"""Keys outside the database: there, readable by their owner only, and fitting what they are to open (K7, K9)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from guanhao.core import envelope
from guanhao.core.text import Text
from guanhao.ledger import keys
from guanhao.operating.checking.lines import Line, good, warning, wrong
from guanhao.publishing import epoch
from guanhao.registry import vault

OTHERS = 0o077
SHORTEST_SECRET = 50
_PUT_BACK = Text(
    zh="把原来的密钥文件放回原处；新安装则运行 guanhao init-keys。",
    en="Put the original key file back; a new installation runs: guanhao init-keys",
)


def lines(*, database: bool) -> Iterator[Line]:
    """Each key; what the keys open is asked only where the database answers."""
    yield _signing_secret()
    yield _file("kek", Path(settings.KEK_PATH), Text(zh="主密钥", en="The key-encryption key"))
    yield _file("ledger-key", Path(settings.LEDGER_KEY_PATH), Text(zh="台账签名密钥", en="The ledger's key"))
    yield _ledger_key()
    if database:
        yield _secrets_open()
        yield _epoch()


def _signing_secret() -> Line:
    if len(settings.SECRET_KEY) >= SHORTEST_SECRET:
        return good("secret-key", "会话签名密钥足够长", "The session secret is long enough")
    return wrong(
        "secret-key",
        Text(zh=f"GUANHAO_SECRET_KEY 不足 {SHORTEST_SECRET} 个字符。",
             en=f"GUANHAO_SECRET_KEY has fewer than {SHORTEST_SECRET} characters."),
        Text(zh="换成 64 个随机字符；所有人须重新登录。", en="Use 64 random characters; everybody signs in again."),
    )  # fmt: skip


def _file(name: str, path: Path, what: Text) -> Line:
    if not path.is_file():
        return wrong(name, Text(zh=f"{what.zh}不在：{path}", en=f"{what.en} is missing: {path}"), _PUT_BACK)
    mode = path.stat().st_mode & 0o777
    if mode & OTHERS:
        found = Text(
            zh=f"{path} 的权限是 {mode:o}，他人可读。", en=f"{path} has mode {mode:o}: others may read it."
        )
        return wrong(name, found, Text(zh=f"运行 chmod 600 {path}", en=f"Run: chmod 600 {path}"))
    return good(name, f"{what.zh}只有本程序可读", f"{what.en} is readable by the program only")


def _ledger_key() -> Line:
    try:
        keys.public_key()
    except (keys.NoKey, ValueError, OSError) as error:
        return wrong(
            "ledger-signing",
            Text(zh=f"不能签署存证点：{error}", en=f"No checkpoint can be signed: {error}"),
            _PUT_BACK,
        )
    return good("ledger-signing", "可以签署存证点", "Checkpoints can be signed")


def _secrets_open() -> Line:
    try:
        total, closed = vault.tried_to_open()
    except envelope.KeyMissing as missing:
        return wrong(
            "secrets",
            Text(zh=f"密文打不开：{missing}", en=f"Sealed values do not open: {missing}"),
            _PUT_BACK,
        )
    if closed:
        found = Text(
            zh=f"{total} 项密文中有 {len(closed)} 项打不开，第一项：{closed[0]}",
            en=f"{len(closed)} of {total} sealed values do not open, the first is {closed[0]}",
        )
        return wrong("secrets", found, _PUT_BACK)
    return good("secrets", f"{total} 项密文都能打开", f"All {total} sealed values open")


def _epoch() -> Line:
    path = Path(settings.EPOCH_PATH)
    try:
        standing = epoch.standing()
    except (DatabaseError, ValueError, OSError) as error:
        mend = Text(zh=f"检查 {path} 能否读写。", en=f"See whether {path} can be read and written.")
        return wrong(
            "epoch", Text(zh=f"发布序号读不出来：{error}", en=f"The epoch cannot be read: {error}"), mend
        )
    if standing.held:
        return wrong(
            "epoch",
            Text(zh=f"数据库记到第 {standing.inside} 次发送，{path} 记到 {standing.outside}：数据库是恢复出来的，发布将被暂停。",
                 en=f"The database counts {standing.inside} sends, {path} says {standing.outside}: it was restored, and publishing is held."),
            Text(zh="启动后台程序，按《恢复》一节逐项确认后由两人解除。",
                 en="Start the worker, confirm each item as in the chapter on restoring, then two people release the hold."),
        )  # fmt: skip
    if standing.outside is None:
        return warning(
            "epoch",
            Text(zh=f"{path} 尚未建立。", en=f"{path} does not exist yet."),
            Text(
                zh="首次发布前会自动建立；请确认该目录可写。",
                en="It is made before the first send; see that the directory can be written.",
            ),
        )
    return good("epoch", f"发布序号一致（{standing.inside}）", f"The epoch agrees ({standing.inside})")
