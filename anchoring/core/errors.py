"""What can be wrong with a document or a proof. Every error says where, what, and what to do."""


class CoreError(ValueError):
    """A document or a proof does not hold. `advice` tells the reader what to do next."""

    advice = "Ask whoever gave you this for a fresh copy."


class FormatError(CoreError):
    """A document is not what the format says. `path` is where, as a JSON path (`$` is the whole)."""

    document = "document"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class BundleError(FormatError):
    """This is no bundle of format keiko-bundle/v1."""

    document = "bundle"
    advice = (
        "The file was damaged or is no Keiko bundle. Download it again from its proof link, "
        "or ask the person who sent it for a new one."
    )


class TrustError(FormatError):
    """This is no trust file of format keiko-trust/v1."""

    document = "trust file"
    advice = "Get the trust file again, from the institution that runs the log."


class NoteError(CoreError):
    """A signed note or checkpoint is malformed, or its signature is not the log's."""


class KeyNameError(NoteError):
    """A verifier key or an origin is malformed."""

    advice = "Copy the key again, whole: name+8 hexadecimal digits+base64, without spaces."


class MerkleError(CoreError):
    """A Merkle proof does not prove what it claims."""


class RootMismatch(MerkleError):
    """A proof leads to another root than the one expected (32 bytes each)."""

    def __init__(self, computed: bytes, expected: bytes) -> None:
        super().__init__(f"The proof leads to root {computed.hex()}, not to {expected.hex()}.")
        self.computed = computed
        self.expected = expected
