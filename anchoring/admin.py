"""Checkpoints and anchors in the admin: to look at, never to change."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anchoring.core.cosignatures import read_witness_key
from anchoring.models import Anchor, Checkpoint, Erasure, MonitorRun, Pending, WitnessState
from anchoring.status import statuses
from lrs.admin.statements import Standing, standings

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:  # the theme's class, which publishes no types
    from unfold.admin import ModelAdmin as _ModelAdmin


class ReadOnlyAdmin(_ModelAdmin):
    """Pages of what only the sequencer and the anchoring task may write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Pending)
class PendingAdmin(ReadOnlyAdmin):
    """The queue. Those with a problem were set aside: `manage.py sequence --retry`, once mended."""

    list_display = ("seq", "problem")
    list_filter = (("problem", admin.EmptyFieldListFilter),)
    ordering = ("seq",)
    show_full_result_count = False


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ("size", "root_hex", "anchored_as", "created")
    list_select_related = ("anchor",)
    fields = ("size", "root_hex", "note", "cosigned_by", "anchored_as", "created")
    readonly_fields = fields
    show_full_result_count = False

    @admin.display(description=_("cosigned by"))
    def cosigned_by(self, checkpoint: Checkpoint) -> str:
        keys = checkpoint.cosignatures.order_by("witness").values_list("witness", flat=True)
        return ", ".join(read_witness_key(key).name for key in keys)

    @admin.display(description=_("root"))
    def root_hex(self, checkpoint: Checkpoint) -> str:
        return bytes(checkpoint.root).hex()

    @admin.display(description=_("anchor"))
    def anchored_as(self, checkpoint: Checkpoint) -> int | None:
        anchor: Anchor | None = getattr(checkpoint, "anchor", None)
        return anchor.seq if anchor else None


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """The ledger (docs/erasure.md): what was erased, by number alone."""

    list_display = ("subject", "number", "index", "reason", "begun", "erased", "marker")
    list_filter = ("subject", "reason", ("erased", admin.EmptyFieldListFilter))
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(WitnessState)
class WitnessStateAdmin(ReadOnlyAdmin):
    """Whom LOG_WITNESSES names, and names no more: how far each one is, and what was wrong."""

    list_display = ("name", "size", "asked", "problem", "next_attempt")
    fields = ("vkey", "size", "asked", "problem", "next_attempt")
    readonly_fields = fields
    ordering = ("vkey",)

    @admin.display(description=_("witness"))
    def name(self, state: WitnessState) -> str:
        return read_witness_key(state.vkey).name


@admin.register(Anchor)
class AnchorAdmin(ReadOnlyAdmin):
    list_display = ("seq", "checkpoint", "state", "block_number", "planned", "verified", "problem")
    list_select_related = ("checkpoint", "submission")
    fields = (
        "seq",
        "checkpoint",
        "state",
        "planned",
        "verified",
        "block_number",
        "block_hash_hex",
        "block_time",
        "problem",
        "next_attempt",
    )
    readonly_fields = fields

    @admin.display(description=_("state"))
    def state(self, anchor: Anchor) -> str:
        return str(anchor.submission.state)

    @admin.display(description=_("block hash"))
    def block_hash_hex(self, anchor: Anchor) -> str:
        return bytes(anchor.block_hash).hex() if anchor.block_hash else ""

    @admin.display(description=_("problem"))
    def problem(self, anchor: Anchor) -> str:
        return anchor.submission.last_error or ""

    @admin.display(description=_("next attempt"))
    def next_attempt(self, anchor: Anchor) -> str:
        when = anchor.submission.next_attempt_at
        return when.isoformat() if when and not anchor.verified else ""


@admin.register(MonitorRun)
class MonitorRunAdmin(ReadOnlyAdmin):
    list_display = ("finished", "outcome", "size", "begun")
    fields = ("begun", "finished", "outcome", "size", "checks", "findings", "more")
    readonly_fields = fields


def log_standing(seq: int) -> list[Standing]:
    """How far a statement is on its way to the chain, for the LRS's page of it."""
    status = statuses(seqs=[seq])[seq]
    if status.problem:
        return [Standing(str(_("Log")), status.problem, "failed", _address("pending"))]
    if status.state == "anchored":
        text = str(_("anchored in block %(number)s") % {"number": status.block_number})
        address = reverse("admin:anchoring_anchor_change", args=[status.anchor_seq])
        return [Standing(str(_("Log")), text, "passed", address)]
    if status.state == "logged":
        return [
            Standing(
                str(_("Log")),
                str(_("in the log, to be anchored")),
                "unknown",
                _address("checkpoint"),
            )
        ]
    return [
        Standing(
            str(_("Log")), str(_("recorded, to enter the log")), "unknown", _address("pending")
        )
    ]


def _address(model: str) -> str:
    return reverse(f"admin:anchoring_{model}_changelist")


standings.append(log_standing)
