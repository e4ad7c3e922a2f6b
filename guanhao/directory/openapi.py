"""The OpenAPI document of the directory. A test compares it with what the API really answers."""

from __future__ import annotations

from typing import Any

from guanhao.directory.types import By, Outcome, Standing

_STRING = {"type": "string"}
_DAY = {"type": ["string", "null"], "format": "date"}
_TEXT = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": _STRING, "en": _STRING},
}
_ACCOUNT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "platform": _STRING,
        "platform_title": {"$ref": "#/components/schemas/Text"},
        "kind_title": {"$ref": "#/components/schemas/Text"},
        "name": _STRING,
        "handle": {"type": "string", "description": "The account's id on its platform."},
        "url": _STRING,
        "unit": {"type": "string", "description": "The unit whose account it is."},
        "filing_number": _STRING,
        "standing": {
            "type": "string",
            "enum": [one.value for one in Standing],
            "description": "unconfirmed: the account missed its last inspection.",
        },
        "verified": {"type": "boolean", "description": "Whether the platform verified it."},
        "verified_until": _DAY,
        "inspected_on": _DAY,
        "closed_on": _DAY,
    },
}
_ACCOUNT["required"] = list(_ACCOUNT["properties"])
_ACCOUNTS = {"type": "array", "items": {"$ref": "#/components/schemas/Account"}}
_INSTITUTION = {
    "type": "object",
    "required": ["key", "name"],
    "properties": {"key": _STRING, "name": _STRING},
}
_LISTING = {
    "type": "object",
    "required": ["institution", "total", "page", "pages", "accounts"],
    "properties": {
        "institution": {"$ref": "#/components/schemas/Institution"},
        "total": {"type": "integer"},
        "page": {"type": "integer"},
        "pages": {"type": "integer"},
        "accounts": _ACCOUNTS,
    },
}
_ANSWER = {
    "type": "object",
    "required": ["institution", "asked", "outcome", "recognised_by", "accounts", "similar", "warning"],
    "properties": {
        "institution": {"$ref": "#/components/schemas/Institution"},
        "asked": _STRING,
        "outcome": {"type": "string", "enum": [one.value for one in Outcome]},
        "recognised_by": {"type": ["string", "null"], "enum": [*(one.value for one in By), None]},
        "accounts": _ACCOUNTS,
        "similar": _ACCOUNTS,
        "warning": {"oneOf": [{"$ref": "#/components/schemas/Text"}, {"type": "null"}]},
    },
}
_KEY = {
    "name": "key",
    "in": "path",
    "required": True,
    "schema": _STRING,
    "description": "The institution's key.",
}


def document(server: str) -> dict[str, Any]:
    """The whole document for the installation at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Guanhao public directory",
            "version": "1",
            "description": "Which official accounts an institution has, and whether a given one is among them. "
            "Read-only, without sign-in, without personal data.",
        },
        "servers": [{"url": server.rstrip("/")}],
        "paths": {
            "/api/directory/{key}/accounts": {
                "get": _get(
                    "All accounts in use, in pages.",
                    "Listing",
                    [_KEY, _query("page", {"type": "integer", "minimum": 1}), _query("platform", _STRING)],
                )
            },
            "/api/directory/{key}/check": {
                "get": _get(
                    "Whether an account is the institution's: by name, id, address, or the text of its QR code.",
                    "Answer",
                    [_KEY, _query("q", {"type": "string", "maxLength": 200}, required=True)],
                    limited=True,
                )
            },
        },
        "components": {
            "schemas": {
                "Account": _ACCOUNT,
                "Answer": _ANSWER,
                "Institution": _INSTITUTION,
                "Listing": _LISTING,
                "Text": _TEXT,
            }
        },
    }


def _query(name: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _get(summary: str, schema: str, parameters: list[Any], *, limited: bool = False) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    responses: dict[str, Any] = {
        "200": {"description": "The answer.", "content": content},
        "304": {"description": "Not modified since the ETag that was sent."},
        "404": {"description": "No such institution, or its directory is closed."},
        "410": {"description": "The institution has left; its directory was open until then."},
    }
    if limited:
        responses["429"] = {"description": "Too many questions from one address; try again in a minute."}
    return {"summary": summary, "parameters": parameters, "responses": responses}
