"""The page's routes as an OpenAPI document, for generating requests from. The word LINK stands for a real
link's token."""

from __future__ import annotations

from typing import Any

WORDS: dict[str, Any] = {"type": "string", "maxLength": 300}
TOKEN: dict[str, Any] = {"anyOf": [{"enum": ["LINK"]}, {"type": "string", "minLength": 1, "maxLength": 80}]}
ANY = {"default": {"description": "anything but a failure"}}
ADVERTISED = {"in": "header", "name": "Accept-Language", "schema": WORDS}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "path", "name": name, "required": True, "schema": schema}


def _form(*names: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": dict.fromkeys(names, WORDS)}
    return {"content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _get(*parameters: dict[str, Any]) -> dict[str, Any]:
    language = {"in": "query", "name": "lang", "schema": WORDS}
    return {"parameters": [*parameters, language, ADVERTISED], "responses": ANY}


def _post(body: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"parameters": list(parameters), "requestBody": body, "responses": ANY}


_LINK = _parameter("token", TOKEN)
_CHARGE = _parameter("charge", WORDS | {"minLength": 1})
_PAGE_FORM = _form("form", "name", "email", "reference", "amount", "currency", "account")
_CARD_FORM = _form("number", "expiry", "method", "name", "routing", "account", "seen")
_SIGNED = {"in": "header", "name": "PayLink-Signature", "schema": WORDS}
_EVENT: dict[str, Any] = {"content": {"application/json": {"schema": {}}}}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "PayLink's payment page", "version": "1"},
    "paths": {
        "/healthz": {"get": _get()},
        "/": {"get": _get()},
        "/robots.txt": {"get": _get()},
        "/static/{name}": {"get": _get(_parameter("name", WORDS | {"minLength": 1}))},
        "/p/{token}": {"get": _get(_LINK), "post": _post(_PAGE_FORM, _LINK)},
        "/p/{token}/receipt/{receipt}": {"get": _get(_LINK, _parameter("receipt", TOKEN))},
        "/r/{receipt}": {"get": _get(_parameter("receipt", TOKEN))},
        "/p/{token}/restart": {"post": _post(_form("receipt", "lang"), _LINK)},
        "/sandbox/checkout/{charge}/cancel": {"post": _post(_form("seen"), _CHARGE)},
        "/sandbox/checkout/{charge}": {"get": _get(_CHARGE), "post": _post(_CARD_FORM, _CHARGE)},
        "/webhooks/{processor}": {
            "post": _post(_EVENT, _parameter("processor", {"enum": ["sandbox", "nobody"]}), _SIGNED)
        },
    },
}
