"""What can be wrong with a token, or with asking for one."""


class InvalidToken(Exception):
    """The token opens no store (RFC 6750, `invalid_token`). The text says why, in ASCII, and quotes nothing of it."""


class KeysUnavailable(Exception):
    """The issuer's keys could not be had just now, so that its token can be neither taken nor refused."""


class TokenRequestError(Exception):
    """No token is given (RFC 6749, 5.2). `error` is one of its codes."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


class DiscoveryFailed(Exception):
    """What an issuer says of itself, or its keys, cannot be had or do not fit. The text says why and what to do."""
