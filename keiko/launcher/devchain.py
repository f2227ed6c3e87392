"""The development chain as a process of ours: a real Substrate runtime on Node.js.

`chain/devnet` holds the program; its packages must be installed there (`npm ci --ignore-scripts`).
"""

import json
import queue
import subprocess
import threading
from pathlib import Path

from keiko.launcher.errors import LauncherError
from keiko.launcher.processes import ending

DEVNET = Path(__file__).resolve().parents[2] / "chain" / "devnet"
_START_SECONDS = 60
_STOP_SECONDS = 15


class DevChainError(LauncherError):
    """The chain did not start; the message is its own last line, which says what to do."""


class DevChain:
    """A development chain over `data`, which keeps every block that it announced.

    `port` 0 takes a free one at the first start, and keeps it afterwards. `node` is the path of a
    Node.js 22 or later. `block_ms` 0 builds a block for each transaction; otherwise one every
    `block_ms` milliseconds. "Finalised" stays `finality_lag` blocks behind the newest.
    """

    name = "development chain"

    def __init__(
        self,
        data: Path,
        *,
        node: Path,
        port: int = 0,
        finality_lag: int = 0,
        block_ms: int = 0,
        log: Path | None = None,
    ) -> None:
        self.data = data
        self.log = log or data.parent / "log" / "chain.log"
        self._node = node
        self._port = port
        self._finality_lag = finality_lag
        self._block_ms = block_ms
        self._process: subprocess.Popen[str] | None = None
        self._last_line = ""
        self.url = ""
        self.genesis = ""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def how_it_ended(self) -> str:
        return f"the {self.name} {ending(self._process.poll() if self._process else 0)}"

    def start(self) -> str:
        """Start it and wait until it answers; returns its http address."""
        if not (DEVNET / "node_modules").is_dir():
            raise DevChainError(
                f"The development chain's packages are missing: npm ci --ignore-scripts in {DEVNET}"
            )
        self._process = subprocess.Popen(
            [self._node, DEVNET / "src" / "main.mjs", *self._options()],
            # It stops when this pipe closes: when we die, however we die, it does not stay behind.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A Ctrl-C in the terminal is ours to pass on, in the right order.
            start_new_session=True,
        )
        ready = self._wait_until_ready(self._process)
        self.url, self.genesis = ready["url"], ready["genesis"]
        self._port = int(self.url.rsplit(":", 1)[1])
        return self.url

    def stop(self) -> None:
        """Ask it to stop, and wait until it has; no error where it does not run."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._close()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._close()

    def _options(self) -> list[str]:
        return [
            f"--port={self._port}",
            f"--data={self.data}",
            f"--finality-lag={self._finality_lag}",
            f"--block-ms={self._block_ms}",
            "--with-parent",
        ]

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> dict[str, str]:
        """Both streams are read to their end by threads, or the chain would stop on a full pipe."""
        found: queue.Queue[dict[str, str] | None] = queue.Queue()
        threading.Thread(target=self._read_answers, args=(process, found), daemon=True).start()
        log = threading.Thread(target=self._read_log, args=(process,), daemon=True)
        log.start()
        try:
            ready = found.get(timeout=_START_SECONDS)
        except queue.Empty:
            self.kill()
            raise DevChainError(
                f"The development chain was not ready after {_START_SECONDS} s; "
                f"its last line: {self._last_line or 'none'}"
            ) from None
        if ready is None:
            log.join(_STOP_SECONDS)
            self._close()
            raise DevChainError(self._last_line or "The development chain ended without a word.")
        return ready

    @staticmethod
    def _read_answers(
        process: subprocess.Popen[str], found: queue.Queue[dict[str, str] | None]
    ) -> None:
        if process.stdout is not None:
            for line in process.stdout:
                if line.startswith('{"ready"'):
                    found.put(json.loads(line))
        found.put(None)

    def _read_log(self, process: subprocess.Popen[str]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if process.stderr is not None:
            with self.log.open("a", encoding="utf-8", buffering=1) as log:
                for line in process.stderr:
                    log.write(line)
                    if line.strip():
                        self._last_line = line.strip()

    def _close(self) -> None:
        if self._process is not None:
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
        self._process = None
