"""manage.py token_issuer trust|list|distrust: whose bearer tokens (OpenID Connect) open a store."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lrs.management.arguments import store_of
from lrs.oauth.discovery import count_keys, discover
from lrs.oauth.errors import DiscoveryFailed
from lrs.oauth.jwks import ALGORITHMS
from lrs.oauth.selectors import issuers_of
from lrs.oauth.services import revoke_issuer, trust_issuer
from lrs.stores.scopes import MEANINGS


class Command(BaseCommand):
    help = "Trusts an issuer of bearer tokens for a store, lists those trusted, or ends the trust."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        trust = actions.add_parser("trust", help="its tokens open the store from now on")
        trust.add_argument("slug", help="the store's short name")
        trust.add_argument("issuer", help="exactly as in the tokens' claim iss")
        trust.add_argument("--audience", required=True, help="what the tokens' claim aud names")
        trust.add_argument(
            "--scope",
            action="append",
            required=True,
            choices=list(MEANINGS),
            help="the most that a token may have here; may be given again",
        )
        trust.add_argument("--label", default="", help="for people; without it: the issuer")
        trust.add_argument(
            "--jwks-url", help="where its keys are; without it the issuer's discovery document says"
        )
        trust.add_argument(
            "--check",
            action="store_true",
            help="with --jwks-url too: fetch document and keys first",
        )
        trust.add_argument("--algorithm", action="append", choices=ALGORITHMS, help="RS256")
        trust.add_argument("--scope-claim", default="scope", help="the claim that has the scopes")
        trust.add_argument("--scope-map", default="{}", help='JSON: {"lrs-writer": ["all"]}')
        trust.add_argument("--authority", help="JSON: the template of the authority")
        show = actions.add_parser("list", help="the issuers that are trusted now")
        show.add_argument("slug", nargs="?", help="of this store alone")
        distrust = actions.add_parser("distrust", help="its tokens open nothing from now on")
        distrust.add_argument("slug", help="the store's short name")
        distrust.add_argument("issuer", help="as list shows it")
        distrust.add_argument("--audience", help="for this audience alone")

    def handle(self, *, action: str, **options: Any) -> None:
        actions = {"trust": self._trust, "list": self._list, "distrust": self._distrust}
        try:
            actions[action](**options)
        except DiscoveryFailed as error:
            raise CommandError(str(error)) from error

    def _trust(
        self,
        *,
        slug: str,
        issuer: str,
        audience: str,
        scope: list[str],
        label: str,
        jwks_url: str | None,
        check: bool,
        algorithm: list[str] | None,
        scope_claim: str,
        scope_map: str,
        authority: str | None,
        **options: Any,
    ) -> None:
        store, algorithms = store_of(slug), algorithm or ["RS256"]
        if jwks_url is None or check:
            jwks_url = self._checked(issuer, jwks_url, algorithms)
        try:
            trusted = trust_issuer(
                store=store,
                label=label or issuer[:200],
                issuer=issuer,
                audience=audience,
                jwks_url=jwks_url,
                granted=scope,
                algorithms=algorithms,
                scope_claim=scope_claim,
                scope_map=_json_object("--scope-map", scope_map),
                authority_template=_json_object("--authority", authority) if authority else None,
            )
        except ValidationError as error:
            raise CommandError(_by_field(error)) from error
        self.stdout.write(
            f"{store.slug} trusts {trusted.issuer} for the audience {trusted.audience}: "
            f"{', '.join(trusted.scopes)} at the most."
        )

    def _checked(self, issuer: str, jwks_url: str | None, algorithms: Sequence[str]) -> str:
        """The address of the issuer's keys, when its document and its keys are there and fit."""
        found = discover(issuer)
        if jwks_url not in (None, found.jwks_url):
            message = f"{issuer} says that its keys are at {found.jwks_url}, not at {jwks_url}."
            raise CommandError(f"{message} Give that address, or leave --jwks-url out.")
        if found.algorithms and not set(algorithms) & set(found.algorithms):
            there = ", ".join(found.algorithms)
            raise CommandError(f"{issuer} signs by {there} only; give one of them by --algorithm.")
        keys = count_keys(found.jwks_url)
        self.stdout.write(f"The issuer's document fits. Keys at {found.jwks_url}: {keys}.")
        return found.jwks_url

    def _list(self, *, slug: str | None, **options: Any) -> None:
        found = list(issuers_of(store_of(slug) if slug else None))
        if not found:
            self.stdout.write("No issuer is trusted.")
        for one in found:
            self.stdout.write(
                f"{one.store.slug}  {one.issuer}  audience {one.audience}  "
                f"scopes {','.join(one.scopes)}  algorithms {','.join(one.algorithms)}  "
                f"subjects {one.subjects.count()}  ({one.label})"
            )

    def _distrust(self, *, slug: str, issuer: str, audience: str | None, **options: Any) -> None:
        store = store_of(slug)
        found = list(issuers_of(store, issuer=issuer, audience=audience))
        if not found:
            known = ", ".join(f"{one.issuer} ({one.audience})" for one in issuers_of(store))
            raise CommandError(
                f"{slug} trusts no such issuer; it trusts: {known or 'none'}. Give it as listed."
            )
        for one in found:
            revoke_issuer(issuer=one)
            self.stdout.write(f"Tokens of {one.issuer} for {one.audience} open nothing now.")


def _json_object(option: str, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise CommandError(f"{option} is no JSON: {error}.") from error
    if not isinstance(value, dict):
        raise CommandError(f"{option} is a JSON object, such as {{…}}.")
    return value


def _by_field(error: ValidationError) -> str:
    """What is wrong, each with the option that it is about."""
    if not hasattr(error, "error_dict"):
        return "; ".join(error.messages)
    faults = error.message_dict.items()
    return "; ".join(
        message if field == "__all__" else f"{field.replace('_', '-')}: {message}"
        for field, messages in faults
        for message in messages
    )
