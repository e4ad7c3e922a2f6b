"""The routing table: every endpoint the sandbox answers, each declared beside its function."""

from __future__ import annotations

from sandbox.wechat import (
    commenting,
    datacube,
    drafts,
    followers,
    freepublish,
    information,
    mass,
    material,
    media,
    menu,
    quota,
    tokens,
)
from sandbox.wechat.endpoint import Endpoint

_MODULES = (
    tokens,
    quota,
    information,
    media,
    material,
    drafts,
    freepublish,
    mass,
    menu,
    followers,
    commenting,
    datacube,
)
ENDPOINTS: dict[str, Endpoint] = {
    endpoint.path: endpoint for module in _MODULES for endpoint in module.ENDPOINTS
}
