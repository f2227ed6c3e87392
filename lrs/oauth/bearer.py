"""From a bearer token, of ours or of a trusted issuer, to a caller."""

import jwt
from django.conf import settings

from lrs.oauth.errors import InvalidToken
from lrs.oauth.outside import caller_of_outside_token
from lrs.oauth.tokens import caller_of_own_token
from lrs.stores.selectors import Caller

_LONGEST = 16 * 1024


def caller_of_token(token: str, *, fresh: bool = True) -> Caller:
    """Who has the token. Raises InvalidToken and KeysUnavailable. `fresh`: as for `authenticate`.

    What the token says of its issuer only chooses the key by which it is then checked: ours for ours, with our
    algorithm alone; those of a trusted issuer for its own, with the algorithms of public keys alone.
    """
    if len(token) > _LONGEST:
        raise InvalidToken("The token is too long.")
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError) as error:
        raise InvalidToken("The token is no JWT.") from error
    if claims.get("iss") == settings.PUBLIC_URL:
        return caller_of_own_token(token, fresh=fresh)
    return caller_of_outside_token(token, claims, fresh=fresh)
