"""The routing table: every Weibo endpoint that needs a token, each declared beside its function."""

from __future__ import annotations

from sandbox.weibo import accounts, commenting, relations, sharing, statuses
from sandbox.weibo.endpoint import Endpoint

_MODULES = (accounts, sharing, statuses, commenting, relations)
ENDPOINTS: dict[str, Endpoint] = {
    endpoint.path: endpoint for module in _MODULES for endpoint in module.ENDPOINTS
}
