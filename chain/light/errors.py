"""The two ways in which a check can end without an answer or with the wrong one."""


class ProofError(ValueError):
    """What was shown does not prove what it claims: the check has failed."""


class NodeProblem(Exception):  # noqa: N818 - no error of ours or of the proof; the words say so
    """The node gave no usable answer: the check could not be made, which is not a failure."""


class NodeUnreachable(NodeProblem):
    """No answer came from the node's address."""


class NodeError(NodeProblem):
    """The node answered with an error, or with something that is not an answer."""


class OtherChain(NodeProblem):
    """The node serves another chain than the one asked for."""


class NotFinalised(NodeProblem):
    """The node has not finalised the block yet."""
