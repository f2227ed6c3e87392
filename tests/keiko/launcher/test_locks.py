import os
import subprocess
import sys

import pytest

from keiko.launcher.errors import LauncherError
from keiko.launcher.locks import hold


def test_a_second_holder_is_told_who_is_first(tmp_path):
    with (
        hold(tmp_path / "lock", busy="busy"),
        pytest.raises(LauncherError, match=f"process {os.getpid()} runs here"),
    ):
        hold(tmp_path / "lock", busy="process {pid} runs here")


def test_a_lock_is_free_once_its_holder_was_killed(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from keiko.launcher.locks import hold;"
        "lock = hold(Path(sys.argv[1]), busy=''); print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path / "lock"], stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(LauncherError):
        hold(tmp_path / "lock", busy="busy")
    holder.kill()
    holder.wait()
    hold(tmp_path / "lock", busy="busy").close()
