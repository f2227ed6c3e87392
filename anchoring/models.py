"""What the log and its anchors keep. `docs/operate-log.md` says what to back up.

No table here has a foreign key to a statement: a leaf names its record by number alone, so a
record can be erased while the tree, which holds hashes only, stays as it is.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pending(models.Model):
    """A committed statement that is not in the log yet; a trigger on `lrs_statement` adds it.

    `problem` is empty, or says why the sequencer set this statement aside: it stays here, and those
    behind it go on.
    """

    seq = models.BigIntegerField(_("statement"), primary_key=True)
    problem = models.TextField(_("problem"), db_default="")

    class Meta:
        db_table = "anchoring_pending"
        verbose_name = _("pending statement")
        verbose_name_plural = _("pending statements")

    def __str__(self) -> str:
        return str(self.seq)


class Head(models.Model):
    """The log's present size and right frontier, in the only row of its table.

    `frontier`: the hashes of the maximal complete subtrees, 32 bytes each, left to right.
    """

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    size = models.BigIntegerField(default=0)
    frontier = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("log head")
        verbose_name_plural = _("log heads")
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="anchoring_head_only_one"),
        )

    def __str__(self) -> str:
        return str(self.size)


class Kind(models.IntegerChoices):
    """The first byte of an entry (docs/log-format.md)."""

    STATEMENT = 1, _("statement")
    CREDENTIAL = 2, _("credential")
    ERASURE = 3, _("erasure")
    HIERARCHY = 4, _("course, class or session")


class LeafBlock(models.Model):
    """32 neighbouring leaves: what they stand for, and the secrets that their salts come from.

    Read and written by `anchoring.leaves` alone. `number`: index // 32. `records`: which record
    each stands for, as runs (`anchoring.runs`). `seeds`: 48 bytes for each leaf, sealed (see
    `anchoring.seeds`), zero where the record was erased or never had one.
    """

    number = models.BigIntegerField(primary_key=True)
    records = models.BinaryField(default=b"")
    seeds = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("block of leaves")
        verbose_name_plural = _("blocks of leaves")

    def __str__(self) -> str:
        return str(self.number)


class RecordBlock(models.Model):
    """Where 256 records with neighbouring numbers lie in the log: the other way round.

    `number`: kind × 2**48 + record // 256. `indexes`: the leaf of each, as runs (`anchoring.runs`).
    """

    number = models.BigIntegerField(primary_key=True)
    indexes = models.BinaryField(default=b"")

    class Meta:
        verbose_name = _("block of records")
        verbose_name_plural = _("blocks of records")

    def __str__(self) -> str:
        return str(self.number)


class Erasure(models.Model):
    """Something that was erased, by number alone: a statement by its `seq`, the rest by its row.

    `index` is the leaf that the statement had in the log, null where it had none; `marker` that of its erasure marker,
    null until the sequencer has appended it. `erased` is null until it is done.
    """

    class Subject(models.TextChoices):
        STATEMENT = "statement", _("statement")
        AGENT = "agent", _("agent")
        LEARNER = "learner", _("learner")
        ACCOUNT = "account", _("account")
        STORE = "store", _("store")

    class Reason(models.IntegerChoices):
        """The last byte of an erasure marker (docs/log-format.md)."""

        LEARNER = 1, _("the learner asked for it")
        STATEMENT = 2, _("the statement had to go")
        STORE = 3, _("the store was closed")
        RETENTION = 4, _("the time to keep it was over")

    subject = models.CharField(_("what"), max_length=9, choices=Subject)
    number = models.BigIntegerField(_("number"))
    index = models.BigIntegerField(_("leaf"), null=True)
    reason = models.SmallIntegerField(_("reason"), choices=Reason)
    begun = models.DateTimeField(_("begun"))
    erased = models.DateTimeField(_("erased"), null=True)
    marker = models.BigIntegerField(_("marker's leaf"), null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = (
            models.Index("subject", "number", name="anchoring_erasure_of"),
            models.Index("marker", name="anchoring_erasure_marker"),
            models.Index(
                "id",
                name="anchoring_erasure_open",
                condition=models.Q(erased=None) | models.Q(marker=None, index__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"


class Tile(models.Model):
    """Up to 256 consecutive hashes of the tree's level 8 × `level` (C2SP tlog-tiles).

    `middle`: the roots over each 16 of them, so that proofs of many records need a tenth of the
    hashing. It follows from `hashes`; where it is empty, as in rows older than it, that is done anew.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()
    middle = models.BinaryField(default=b"", db_default=b"")

    class Meta:
        verbose_name = _("tile")
        verbose_name_plural = _("tiles")

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LogKey(models.Model):
    """A public key that signs, or has signed, for the log; the private ones are never in here.

    `last_size` is null while the key signs, and is the size of the last checkpoint that counts as
    signed by it once it is retired.
    """

    vkey = models.TextField(_("verifier key"), primary_key=True)
    admitted = models.DateTimeField(_("admitted"))
    last_size = models.BigIntegerField(_("last size"), null=True)
    retired = models.DateTimeField(_("retired"), null=True)

    class Meta:
        db_table = "anchoring_log_key"
        verbose_name = _("log key")
        verbose_name_plural = _("log keys")
        ordering = ("-admitted", "vkey")

    def __str__(self) -> str:
        return self.vkey


class Checkpoint(models.Model):
    """A signed tree head. `note` is the C2SP signed note exactly as served."""

    size = models.BigIntegerField(_("size"), primary_key=True)
    root = models.BinaryField(_("root"))
    note = models.TextField(_("signed note"))
    created = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ("-size",)

    def __str__(self) -> str:
        return str(self.size)


class Cosignature(models.Model):
    """A witness's verified line below a checkpoint, as served. `witness` is its verifier key;
    `moment` its own time, in seconds since 1970."""

    checkpoint = models.ForeignKey(
        Checkpoint,
        on_delete=models.PROTECT,
        related_name="cosignatures",
        verbose_name=_("checkpoint"),
    )
    witness = models.TextField(_("witness"))
    line = models.TextField(_("signed line"))
    moment = models.BigIntegerField(_("time"))
    received = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("cosignature")
        verbose_name_plural = _("cosignatures")
        constraints = (
            models.UniqueConstraint("checkpoint", "witness", name="anchoring_cosignature_once"),
        )
        indexes = (models.Index("received", name="anchoring_cosigned_at"),)

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness}"


class WitnessState(models.Model):
    """How a witness stands: the size that it has cosigned last, as far as we know, and what was
    wrong when it was asked last."""

    vkey = models.TextField(_("verifier key"), primary_key=True)
    size = models.BigIntegerField(_("size"), default=0)
    asked = models.DateTimeField(_("asked"), null=True)
    problem = models.TextField(_("problem"), default="")
    failures = models.IntegerField(_("failures"), default=0)
    next_attempt = models.DateTimeField(_("next attempt"), null=True)

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")

    def __str__(self) -> str:
        return self.vkey


class Anchor(models.Model):
    """A checkpoint's size and root, committed to the chain.

    The block's fields are null until the chain application has verified the submission at a
    finalised block. `evidence`: the block's header and the read proof, as `chain` gave them;
    `place`: adapter, collection and chain, so that old anchors stay found when the log moves on.
    """

    seq = models.BigIntegerField(_("number"), primary_key=True)
    checkpoint = models.OneToOneField(
        Checkpoint, on_delete=models.PROTECT, related_name="anchor", verbose_name=_("checkpoint")
    )
    submission = models.OneToOneField(
        "chain.Submission",
        on_delete=models.PROTECT,
        related_name="anchor",
        verbose_name=_("submission"),
    )
    planned = models.DateTimeField(_("planned"))
    verified = models.DateTimeField(_("verified"), null=True)
    block_number = models.BigIntegerField(_("block"), null=True)
    block_hash = models.BinaryField(_("block hash"), null=True)
    block_time = models.DateTimeField(_("block time"), null=True)
    evidence = models.JSONField(_("evidence"), null=True)
    place = models.JSONField(_("place"), null=True)

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ("-seq",)

    def __str__(self) -> str:
        return str(self.seq)


class MonitorRun(models.Model):
    """One whole pass of the operator's monitor (`anchoring.monitoring`), with what it found.

    `checks` and `findings` are lists of objects; `more` findings were counted and not kept.
    """

    begun = models.DateTimeField(_("begun"))
    finished = models.DateTimeField(_("finished"))
    outcome = models.CharField(_("outcome"), max_length=16)
    size = models.BigIntegerField(_("size"))
    checks = models.JSONField(_("checks"))
    findings = models.JSONField(_("findings"))
    more = models.BigIntegerField(_("further findings"))

    class Meta:
        verbose_name = _("look of the monitor")
        verbose_name_plural = _("looks of the monitor")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.finished:%Y-%m-%d %H:%M}"
