import socket

import pytest

from keiko.launcher.errors import LauncherError
from keiko.launcher.places import port_of
from keiko.launcher.ports import free_port, kept_port, require_free


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_busy_port_is_named_with_what_to_type_instead(listener):
    with pytest.raises(LauncherError) as raised:
        require_free("127.0.0.1", listener)
    assert f"port {listener} is busy" in str(raised.value)
    assert f"make run PORT={listener + 1}" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_free_port_is_let_through():
    require_free("127.0.0.1", free_port())


def test_a_port_is_kept_from_start_to_start(tmp_path):
    file = tmp_path / "var" / "chain-port"
    assert kept_port(file) == kept_port(file)


def test_a_kept_port_that_somebody_took_is_replaced(tmp_path, listener):
    file = tmp_path / "chain-port"
    file.write_text(str(listener))
    new = kept_port(file)
    assert new != listener
    assert kept_port(file) == new


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "8000.0"])
def test_what_is_no_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(LauncherError, match="write a number from 1 to 65535"):
        port_of("PORT", 8000)
