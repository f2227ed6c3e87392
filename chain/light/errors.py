"""The two ways in which a check can end without an answer or with the wrong one."""


class ProofError(ValueError):
    """What was shown does not prove what it claims: the check has failed."""


class NodeProblem(Exception):
    """The node gave no usable answer: the check could not be made, which is not a failure."""


class NodeUnreachable(NodeProblem):
    """No answer came from the node's address."""


class NodeError(NodeProblem):
    """The node answered with an error (`code` is its number), or with what is no answer."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class OtherChain(NodeProblem):
    """The node serves another chain than the one asked for."""


class NotFinalised(NodeProblem):
    """The node has not finalised the block yet."""
