"""Where the page says it is, when the settings do not say."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from paylink_tui.domain.settings import Page, Settings
from paylink_tui.web.serve import found_at


@pytest.mark.parametrize(
    ("host", "address", "found"),
    [
        ("127.0.0.1", Page().address, "http://127.0.0.1:{port}"),
        ("127.0.0.1", "https://pay.firm.example", "https://pay.firm.example"),
        ("0.0.0.0", Page().address, Page().address),
    ],
)
def test_a_page_on_another_port_is_where_it_listens(host: str, address: str, found: str) -> None:
    settings = replace(Settings(), page=replace(Page(), address=address))
    with socket.socket() as listener:
        listener.bind((host, 0))
        port = listener.getsockname()[1]
        assert found_at(settings, listener).page.address == found.format(port=port)
