"""The graphs of what arrived, for one store or all of them."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lrs.admin.charts import Chart, bar_chart
from lrs.ingestion.selectors import Arrivals, series

_SPANS = {"hour": (60, 60, "H:i"), "day": (3600, 24, "H:i"), "month": (86_400, 30, "j M")}


def spans() -> dict[str, str]:
    """The spans that can be looked at, by their names in addresses."""
    return {
        "hour": _("Last hour, by minute"),
        "day": _("Last 24 hours, by hour"),
        "month": _("Last 30 days, by day"),
    }


def charts(*, store_id: int | None, span: str) -> list[Chart]:
    """Statements, rejected requests and bytes of a span that `spans` names; another name is the day."""
    seconds, count, form = _SPANS.get(span, _SPANS["day"])

    def label(moment: datetime) -> str:
        return date_format(timezone.localtime(moment), form)

    found: list[Arrivals] = series(
        store_id=store_id, seconds=seconds, spans=count, now=timezone.now()
    )
    return [
        bar_chart(
            title=_("Statements"),
            unit=_("statements"),
            values=[(one.start, one.statements) for one in found],
            label=label,
        ),
        bar_chart(
            title=_("Rejected requests"),
            unit=_("rejected requests"),
            values=[(one.start, one.rejected) for one in found],
            label=label,
            tone="k-bar-failed",
        ),
        bar_chart(
            title=_("Bytes of statements"),
            unit=_("bytes"),
            values=[(one.start, one.bytes) for one in found],
            label=label,
        ),
    ]
