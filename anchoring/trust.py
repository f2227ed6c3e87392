"""The trust policy: what a verifier pins to check bundles of this log (docs/log-format.md)."""

from django.conf import settings

from anchoring import keys
from anchoring.core.trust import AnchorPlace, Trust, TrustedLog, Witnesses, serialise_trust
from anchoring.places import present_place
from chain.errors import ChainUnavailableError


def trust_policy() -> bytes:
    """`trust.json`: this log's keys and address, and the chain that its anchors are on.

    `anchors` is empty as long as no node was ever reached: the chain's genesis is unknown then.
    """
    main, *others = keys.known()
    log = TrustedLog(
        origin=settings.LOG_ORIGIN,
        name=settings.LOG_NAME,
        key=main.key,
        url=f"{settings.PUBLIC_URL}/log",
        anchors=_anchors(),
        other_keys=tuple(others),
        witnesses=_witnesses(),
    )
    return serialise_trust(Trust((log,)))


def _anchors() -> tuple[AnchorPlace, ...]:
    try:
        return (present_place(),)
    except ChainUnavailableError:
        return ()


def _witnesses() -> Witnesses | None:
    keys = tuple(witness.vkey for witness in settings.LOG_WITNESSES)
    return Witnesses(settings.LOG_WITNESSES_REQUIRED, keys) if keys else None
