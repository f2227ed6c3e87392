"""What several commands read from their command line."""

import re
from argparse import ArgumentTypeError
from datetime import UTC, datetime, timedelta

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from lrs.models import Credential, Store

_SPAN = re.compile(r"(\d{1,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
WHEN = "a time such as 2027-06-30, 2027-06-30T12:00Z, or a span from now such as 90d, 12h, 30m"


def moment(text: str) -> datetime:
    """A moment from a span (`90d`), a date (its first second, UTC) or a time. Raises ArgumentTypeError."""
    if span := _SPAN.fullmatch(text):
        return timezone.now() + timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        if when := parse_datetime(text):
            return when if when.tzinfo else when.replace(tzinfo=UTC)
        if day := parse_date(text):
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
    except ValueError as error:
        raise ArgumentTypeError(f"{text}: {error}") from error
    raise ArgumentTypeError(f"{text} is no time; write {WHEN}.")


def store_of(slug: str) -> Store:
    try:
        return Store.objects.get(slug=slug)
    except Store.DoesNotExist:
        known = ", ".join(Store.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no store {slug!r}; the stores are: {known}.") from None


def credential_of(key: str) -> Credential:
    try:
        return Credential.objects.get(key=key)
    except Credential.DoesNotExist:
        raise CommandError(
            f"There is no credential with the key {key!r}; the admin lists them."
        ) from None
