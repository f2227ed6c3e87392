"""A node over HTTP: reads by our own small JSON-RPC client, signing by `substrate-interface`.

One instance serves one run of `advance` in one thread: the library's objects are not to be shared.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException

from chain.errors import NodeError, NodeUnreachable, RefusedError
from chain.light.evidence import describe_node
from chain.light.hashing import blake2_128_concat
from chain.light.header import hexed, unhex
from chain.light.rpc import JsonRpc
from chain.light.scale import take
from chain.submissions.states import ERA_BLOCKS

# twox_128 of "System" and of "Account".
_ACCOUNT = bytes.fromhex("26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9")

# Substrate's codes for "I have it", "I had it a moment ago" and "too low a priority to replace what
# is there": the extrinsic may be on its way, so it is looked for in the blocks.
_KNOWN_TO_THE_POOL = frozenset({1012, 1013, 1014})
# Parts of the messages of code 1010 that mean the same: its nonce or its era has passed.
_PASSED = ("stale", "outdated", "ancientbirthblock", "ancient birth block")


@dataclass(frozen=True, slots=True)
class BlockRef:
    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the runtime; arguments by position, because their names differ by version."""

    pallet: str
    function: str
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class SignedExtrinsic:
    data: bytes
    hash: bytes


class Node:
    """`url`: http or https; `timeout`: seconds for each request."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.url = url
        self.timeout = timeout
        self.rpc = JsonRpc(url, timeout)

    # --- What the chain is ------------------------------------------------------------------------
    def genesis(self) -> bytes:
        return self.hash_at(0)

    def chain_name(self) -> str:
        return str(self.rpc.call("system_chain"))

    def is_development(self) -> bool:
        return str(self.rpc.call("system_chainType")) == "Development"

    def description(self) -> str:
        return describe_node(self.rpc)

    # --- Blocks and state -------------------------------------------------------------------------
    def finalised(self) -> BlockRef:
        return self._ref(unhex(self.rpc.call("chain_getFinalizedHead"), "The finalised head"))

    def best(self) -> BlockRef:
        return self._ref(unhex(self.rpc.call("chain_getBlockHash"), "The best block"))

    def hash_at(self, number: int) -> bytes:
        found = self.rpc.call("chain_getBlockHash", number)
        if found is None:
            raise NodeError(f"The node at {self.url} has no block {number}.")
        return unhex(found, "A block's hash", size=32)

    def extrinsics(self, block_hash: bytes) -> list[bytes]:
        found = self.rpc.call("chain_getBlock", hexed(block_hash))
        if not isinstance(found, dict):
            raise NodeError(f"The node at {self.url} does not have block {hexed(block_hash)}.")
        return [unhex(extrinsic, "An extrinsic") for extrinsic in found["block"]["extrinsics"]]

    def storage(self, key: bytes, block_hash: bytes) -> bytes | None:
        found = self.rpc.call("state_getStorage", hexed(key), hexed(block_hash))
        return None if found is None else unhex(found, "A stored value")

    def nonce_at(self, account: bytes, block_hash: bytes) -> int:
        """The next nonce of an account (its 32-byte id) after a block."""
        stored = self.storage(_ACCOUNT + blake2_128_concat(account), block_hash)
        return 0 if stored is None else int.from_bytes(take(stored, 0, 4), "little")

    def next_nonce(self, address: str) -> int:
        """The next nonce of an account, counting what waits in the node's pool."""
        return int(self.rpc.call("system_accountNextIndex", address))

    # --- Extrinsics -------------------------------------------------------------------------------
    def sign(
        self, calls: Sequence[Call], *, key: Keypair, nonce: int, signed_at: int
    ) -> SignedExtrinsic:
        """Sign one extrinsic, mortal from the finalised block `signed_at`; several calls go in one
        batch that succeeds or fails as a whole."""
        with self._translated():
            composed = [self._compose(call) for call in calls]
            call = composed[0]
            if len(composed) > 1:
                call = self._compose(Call("Utility", "batch_all", (composed,)))
            era = {"period": ERA_BLOCKS, "current": signed_at}
            extrinsic = self._substrate.create_signed_extrinsic(call, key, era=era, nonce=nonce)
            return SignedExtrinsic(bytes(extrinsic.data.data), bytes(extrinsic.extrinsic_hash))

    def submit(self, extrinsic: bytes) -> None:
        """Hand an extrinsic to the node's pool. No error where it may have been there before.

        Raises RefusedError where the node says that the extrinsic is not valid.
        """
        try:
            self.rpc.call("author_submitExtrinsic", hexed(extrinsic))
        except NodeError as error:
            if error.code in _KNOWN_TO_THE_POOL or any(
                word in str(error).lower() for word in _PASSED
            ):
                return
            raise RefusedError(str(error)) from error

    def failure_of(self, block_hash: bytes, extrinsic_index: int) -> str | None:
        """Why the extrinsic failed, by the runtime's own events; None where it succeeded.

        Raises NodeError where the block has neither event for it.
        """
        with self._translated():
            events = self._substrate.get_events(hexed(block_hash))
        for event in (event.value for event in events):
            if event["extrinsic_idx"] == extrinsic_index and event["module_id"] == "System":
                if event["event_id"] == "ExtrinsicSuccess":
                    return None
                if event["event_id"] == "ExtrinsicFailed":
                    return self._explain(event["attributes"])
        raise NodeError(f"The node at {self.url} shows no outcome for the extrinsic.")

    # --- substrate-interface ----------------------------------------------------------------------
    @cached_property
    def _substrate(self) -> SubstrateInterface:
        """The library's client, with time-outs, which it does not have by itself."""
        client = SubstrateInterface(url=self.url, ss58_format=42)
        for scheme in ("http://", "https://"):
            client.transport.session.mount(scheme, _TimedAdapter(self.timeout))
        client.init_runtime()
        return client

    def _compose(self, call: Call) -> Any:
        function = self._substrate.get_metadata_call_function(call.pallet, call.function)
        if function is None:
            raise NodeError(f"The chain's runtime has no call {call.pallet}.{call.function}.")
        names = [argument.value["name"] for argument in function.args]
        arguments = dict(zip(names, call.arguments, strict=True))
        return self._substrate.compose_call(call.pallet, call.function, arguments)

    def _explain(self, attributes: dict[str, Any]) -> str:
        error = attributes.get("dispatch_error", attributes)
        module = error.get("Module") if isinstance(error, dict) else None
        if module is None:
            return str(error)
        number = module["error"]
        if isinstance(number, str):
            number = bytes.fromhex(number.removeprefix("0x"))[0]
        found = self._substrate.metadata.get_module_error(module["index"], number)
        pallet = self._substrate.metadata.pallets
        names = {item.value["index"]: item.value["name"] for item in pallet}
        return f"{names.get(module['index'], module['index'])}.{found.value['name']}"

    def _ref(self, block_hash: bytes) -> BlockRef:
        found = self.rpc.call("chain_getHeader", hexed(block_hash))
        if not isinstance(found, dict):
            raise NodeError(f"The node at {self.url} does not have block {hexed(block_hash)}.")
        return BlockRef(int(found["number"], 16), block_hash)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The library's and requests' errors as ours."""
        try:
            yield
        except requests.RequestException as error:
            raise NodeUnreachable(f"No answer from the node at {self.url}: {error}") from error
        except SubstrateRequestException as error:
            raise NodeError(f"The node at {self.url} answered with: {error}") from error


class _TimedAdapter(HTTPAdapter):
    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or self._timeout
        return super().send(*args, **kwargs)
