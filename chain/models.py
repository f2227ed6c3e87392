"""What Keiko knows of its chain, and every commitment on its way there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chain.light.anchors import Commitment
from chain.light.evidence import AnchorEvidence
from chain.light.header import unhex
from chain.submissions.states import State

_HASH = 32


class Chain(models.Model):
    """The chain that the anchors are on, as first met; one row. Another genesis is never accepted."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    genesis = models.BinaryField(_("genesis hash"), max_length=_HASH)
    name = models.CharField(_("name"), max_length=200)
    node = models.CharField(_("node"), max_length=300)
    development = models.BooleanField(_("development chain"))
    first_seen = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        verbose_name = _("chain")
        verbose_name_plural = _("chain")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="chain_is_one_row"),)

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """One commitment of the log's size and root. Changed by `chain.services.advance` alone."""

    STATES = (
        (State.PLANNED, _("planned")),
        (State.SIGNED, _("signed")),
        (State.SUBMITTED, _("submitted")),
        (State.INCLUDED, _("included in a block")),
        (State.FINALISED, _("finalised")),
        (State.VERIFIED, _("verified")),
        (State.EXPIRED, _("expired")),
    )

    origin_hash = models.BinaryField(_("origin hash"), max_length=_HASH)
    seq = models.BigIntegerField(_("sequence number"))
    size = models.BigIntegerField(_("log size"))
    root = models.BinaryField(_("log root"), max_length=_HASH)
    state = models.CharField(_("state"), max_length=9, choices=STATES, default=State.PLANNED)

    # The signed extrinsic, kept before it is sent, and the blocks in which it can be.
    extrinsic = models.BinaryField(_("extrinsic"), null=True)
    extrinsic_hash = models.BinaryField(_("extrinsic hash"), max_length=_HASH, null=True)
    nonce = models.BigIntegerField(_("nonce"), null=True)
    era_end = models.BigIntegerField(_("last valid block"), null=True)
    scanned_to = models.BigIntegerField(_("searched up to block"), null=True)

    # Where it was found; once verified, the block that the evidence is about.
    block_number = models.BigIntegerField(_("block number"), null=True)
    block_hash = models.BinaryField(_("block hash"), max_length=_HASH, null=True)
    block_time = models.DateTimeField(_("block time"), null=True)
    extrinsic_index = models.IntegerField(_("extrinsic index"), null=True)
    # {"header": as JSON-RPC gives it, "proof": ["0x…", …]}
    evidence = models.JSONField(_("evidence"), null=True)

    attempts = models.PositiveIntegerField(_("failed attempts in a row"), default=0)
    last_error = models.TextField(_("last error"), blank=True, default="")
    next_attempt_at = models.DateTimeField(_("next attempt at"), null=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    verified_at = models.DateTimeField(_("verified at"), null=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["origin_hash", "seq"], name="submission_once_per_seq"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]),
                name="submission_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.VERIFIED)
                | Q(evidence__isnull=False, block_hash__isnull=False, verified_at__isnull=False),
                name="submission_verified_by_evidence",
            ),
        )
        indexes = (
            models.Index(
                fields=["id"], condition=~Q(state=State.VERIFIED), name="submission_unfinished"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.seq} ({self.get_state_display()})"

    @property
    def commitment(self) -> Commitment:
        return Commitment(bytes(self.origin_hash), self.seq, self.size, bytes(self.root))

    @property
    def anchor_evidence(self) -> AnchorEvidence | None:
        """The evidence as `chain.light` checks it; None until the submission is verified."""
        if self.evidence is None or self.block_hash is None:
            return None
        proof = tuple(unhex(node, "A node of the read proof") for node in self.evidence["proof"])
        return AnchorEvidence(self.evidence["header"], bytes(self.block_hash), proof)
