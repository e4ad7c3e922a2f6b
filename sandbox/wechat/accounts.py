"""The accounts the sandbox plays: what they are, and what they may call (wechat.md 2)."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from sandbox import identifiers
from sandbox.wechat.callback import Callback

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World


class Group(Enum):
    """A family of endpoints that is granted or withheld as one."""

    BASIC = "basic"
    ACCOUNT_INFO = "account_info"
    MATERIAL = "material"
    DRAFT = "draft"
    PUBLISH = "publish"
    MASS = "mass"
    MENU = "menu"
    USER = "user"
    COMMENT = "comment"
    STATISTICS = "statistics"


VERIFIED_ONLY = frozenset({Group.PUBLISH, Group.MASS, Group.USER, Group.COMMENT, Group.STATISTICS})
NO_INDIVIDUALS = frozenset({Group.PUBLISH, Group.MASS, Group.COMMENT})


class Grant(Enum):
    """An account's standing towards one group; the value is the errcode of a call, 0 when it may."""

    GRANTED = 0
    NOT_GRANTED = 48001
    RESTRICTED = 50002
    BANNED = 48004


class Type(Enum):
    """Subscription or service account."""

    SUB = "SUB"
    SVC = "SVC"


class Principal(Enum):
    """Who the account belongs to; the order is that of ``principal_type`` (wechat.md 2.1)."""

    INDIVIDUAL = "individual"
    ENTERPRISE = "enterprise"
    MEDIA = "media"
    GOVERNMENT = "government"
    OTHER = "other"


class Standing(Enum):
    """The account as a whole; the value is the errcode of every call, 0 when it is in order."""

    NORMAL = 0
    RESTRICTED = 50002
    FROZEN = 50007


_ENUMS: dict[str, type[Enum]] = {"type": Type, "principal": Principal, "standing": Standing}
_NOTHING = type(None)
_KINDS: dict[str, type | tuple[type, ...]] = {
    "appid": str,
    "secret": str,
    "name": str,
    "original_id": str,
    "principal_name": str,
    "signature": str,
    "avatar": str,
    "verified": bool,
    "verified_until": (int, float, _NOTHING),
    "secret_frozen": bool,
    "ip_unconfirmed": bool,
    "comment_right": bool,
    "ip_allow": (list, tuple, _NOTHING),
    "grants": dict,
    "followers": int,
    "tags": (list, tuple),
    "mass_protection": bool,
    "callback": (dict, _NOTHING),
}


@dataclass(frozen=True)
class Account:
    """One official account.

    ``signature`` and ``avatar`` (an address) are the introduction and the picture of its profile.
    ``grants`` overrides what type, principal and verification would give, by group. ``ip_allow`` lists addresses or
    networks that may fetch tokens; ``None`` lets every address. ``verified_until`` (seconds since 1970) lets the
    verification lapse. ``secret_frozen`` answers token calls with 40243, ``ip_unconfirmed`` with 89503. ``mass_protection``
    lets an administrator confirm every send to all followers; ``tags`` are the groups one may send to; ``callback`` is where events
    are pushed to: ``url`` on this machine, ``token``, ``aes_key``, ``mode``.
    """

    appid: str = field(default_factory=identifiers.app_id)
    secret: str = field(default_factory=identifiers.serial)
    name: str = "沙箱公众号"
    original_id: str = field(default_factory=identifiers.original_id)
    type: Type = Type.SUB
    principal: Principal = Principal.OTHER
    principal_name: str = "沙箱主体"
    signature: str = "沙箱中的公众号"
    avatar: str = ""
    verified: bool = True
    verified_until: float | None = None
    standing: Standing = Standing.NORMAL
    secret_frozen: bool = False
    ip_unconfirmed: bool = False
    comment_right: bool = True
    ip_allow: tuple[str, ...] | None = None
    grants: dict[str, str] = field(default_factory=dict)
    followers: int = 3
    tags: tuple[int, ...] = (2,)
    mass_protection: bool = False
    callback: Json | None = None

    @classmethod
    def parse(cls, document: Json) -> Account:
        """Build an account from JSON. Raises ValueError with what is wrong."""
        return cls(**_values(document))

    def changed(self, document: Json) -> Account:
        """Answer the account with some fields changed. Raises ValueError with what is wrong."""
        if document.get("appid", self.appid) != self.appid:
            raise ValueError("an AppID cannot change")
        return replace(self, **_values(document))

    def document(self) -> Json:
        """Answer the account as JSON, secret included: the control API is its owner's console."""
        return (
            asdict(self)
            | {name: getattr(self, name).name.lower() for name in ("principal", "standing")}
            | {"type": self.type.value}
        )

    def is_verified(self, now: float) -> bool:
        """Say whether the verification holds at a moment."""
        return self.verified and (self.verified_until is None or now < self.verified_until)

    def grant(self, group: Group, now: float, material_for: str) -> Grant:
        """Answer the standing towards a group of endpoints (wechat.md 2; open question 5 for material)."""
        if group.value in self.grants:
            return Grant[self.grants[group.value].upper()]
        needs_verification = (
            group in VERIFIED_ONLY
            or (group is Group.MATERIAL and material_for == "verified")
            or (group is Group.MENU and self.type is Type.SUB)
        )
        barred = group in NO_INDIVIDUALS and self.principal is Principal.INDIVIDUAL
        granted = not barred and (self.is_verified(now) or not needs_verification)
        return Grant.GRANTED if granted else Grant.NOT_GRANTED

    def lets_in(self, address: str) -> bool:
        """Say whether tokens may be fetched from an address."""
        if self.ip_allow is None:
            return True
        caller = ipaddress.ip_address(address)
        return any(caller in ipaddress.ip_network(network) for network in self.ip_allow)


def find(world: World, appid: str) -> Account | None:
    """Answer the account with an AppID, or nothing."""
    row = world.store.row("SELECT document FROM accounts WHERE appid = ?", appid)
    return Account.parse(json.loads(row["document"])) if row else None


def every(world: World) -> list[Account]:
    """Answer all accounts by AppID."""
    rows = world.store.rows("SELECT document FROM accounts ORDER BY appid")
    return [Account.parse(json.loads(row["document"])) for row in rows]


def keep(world: World, account: Account) -> Account:
    """Write an account down, new or changed; answer it."""
    document = json.dumps(account.document(), ensure_ascii=False)
    world.store.run(
        "INSERT OR REPLACE INTO accounts (appid, document) VALUES (?, ?)", account.appid, document
    )
    return account


def _values(document: Json) -> dict[str, Any]:
    unknown = set(document) - set(_KINDS) - set(_ENUMS)
    if unknown:
        raise ValueError(f"an account has no {', '.join(sorted(unknown))}")
    return {name: _value(name, value) for name, value in document.items()}


def _value(name: str, value: Any) -> Any:
    if name in _ENUMS:
        return _member(name, value)
    _check_kind(name, value)
    if name == "ip_allow":
        return None if value is None else tuple(str(ipaddress.ip_network(each)) for each in value)
    if name == "callback" and value is not None:
        Callback.parse(value)
    if name == "tags":
        return tuple(int(each) for each in value)
    return _checked_grants(value) if name == "grants" else value


def _check_kind(name: str, value: object) -> None:
    if not isinstance(value, _KINDS[name]):
        raise ValueError(f"{name} cannot be {value!r}")


def _member(name: str, value: Any) -> Enum:
    try:
        return _ENUMS[name][str(value).upper()]
    except KeyError:
        raise ValueError(f"{name} is one of {[each.name for each in _ENUMS[name]]}, not {value!r}") from None


def _checked_grants(value: dict[str, Any]) -> dict[str, str]:
    groups, grants = {each.value for each in Group}, {each.name for each in Grant}
    for group, grant in value.items():
        if group not in groups or str(grant).upper() not in grants:
            raise ValueError(
                f"grants: {group!r}: {grant!r}; groups {sorted(groups)}, values {sorted(grants)}"
            )
    return {group: str(grant).lower() for group, grant in value.items()}
