"""Every route under generated requests and hostile forms: no failure, no leak, everywhere safe headers."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.payer import CARD, Payer, the_form
from tests.web.routes import DOCUMENT
from tests.web.safety import assert_safe
from tests.web.site import Site
from tests.web.wire import Answer, Wire

EXAMPLES = int(os.environ.get("PAYLINK_FUZZ_EXAMPLES", "25"))
CALM = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=False
)
schema = schemathesis.openapi.from_dict(DOCUMENT)


@schema.parametrize()
@CALM
def test_no_request_makes_the_server_fail(case: Any, site: Site) -> None:
    if case.path_parameters and case.path_parameters.get("token") == "LINK":
        case.path_parameters["token"] = site.links["open"].removeprefix("/p/")
    response = case.call(base_url=site.server.address, allow_redirects=False, timeout=20)
    headers = {name.lower(): ", ".join(values) for name, values in response.headers.items()}
    assert_safe(response.status_code, headers, response.content.decode("utf-8", "replace"), case.path)


HOSTILE = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["'; DROP TABLE payment; --", "<script>alert(1)</script>", "[@click=quit]", "{{7*7}}", "%00"]
    ),
    st.text(alphabet="\0\r\n\t\x1b\u202e\u2066\ud83d\ufffe'\"<>&", max_size=50),
)


@given(fields=st.fixed_dictionaries(dict.fromkeys(("name", "email", "reference", "amount"), HOSTILE)))
@CALM
def test_whatever_is_typed_into_the_form_is_answered_and_harmless(site: Site, fields: dict[str, str]) -> None:
    asyncio.run(type_in(site, site.links["open"], fields))


@given(fields=st.fixed_dictionaries(dict.fromkeys(CARD, HOSTILE)))
@CALM
def test_whatever_is_typed_into_the_checkout_pays_nothing(site: Site, fields: dict[str, str]) -> None:
    asyncio.run(type_at_checkout(site, fields))


async def type_in(site: Site, link: str, fields: dict[str, str]) -> Answer:
    """Type into a fresh form of the link, by its real token."""
    wire = Wire(site.server.address)
    try:
        form = await Payer(wire, "").open(link)
        sent = {**form.fields, **{name: _encodable(value) for name, value in fields.items()}}
        answer = await wire.post(form.action, sent)
    finally:
        await wire.close()
    assert_safe(answer.status, answer.headers, answer.text, answer.url)
    assert "<script>alert" not in answer.text
    return answer


async def type_at_checkout(site: Site, fields: dict[str, str]) -> None:
    """Type into a fresh checkout; no card of this kind is taken."""
    wire = Wire(site.server.address)
    try:
        payer = Payer(wire, "Mallory")
        address = await payer.submit(await payer.open(site.links["open"]), "10")
        form = the_form(await wire.get(address))
        sent = {**form.fields, **{name: _encodable(value) for name, value in fields.items()}}
        answer = await wire.post(form.action, sent)
    finally:
        await wire.close()
    assert_safe(answer.status, answer.headers, answer.text, answer.url)
    assert "/receipt/" not in answer.headers.get("location", ""), answer.headers


def _encodable(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
