"""Courses, classes and sessions, which statement stands where, and how far each store has been read for it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lrs.models.dimensions import Activity
from lrs.models.stores import Store


class NodeLevel(models.TextChoices):
    COURSE = "course", _("Course")
    CLASS = "class", _("Class")
    SESSION = "session", _("Session")


class NodeSessionKind(models.TextChoices):
    TUTORING = "tutoring", _("Tutoring session")
    STUDY = "study", _("Study session")
    AI_TUTOR = "ai-tutor", _("Session with an AI tutor")


class MentionSlot(models.TextChoices):
    """Where a statement can name its place: the slots of lrs.hierarchy.types.Slot; a test holds the two equal."""

    OBJECT = "object", _("Object")
    PARENT = "parent", _("Parent")
    GROUPING = "grouping", _("Grouping")
    OTHER = "other", _("Other context")
    CATEGORY = "category", _("Category")


class InteractionKind(models.TextChoices):
    """The kinds of lrs.hierarchy.types.Kind with their words; a test holds the two equal."""

    ANSWER = "answer", _("Answer")
    ASSIGNMENT = "assignment", _("Assignment")
    COMPLETION = "completion", _("Completion")
    DISCUSSION = "discussion", _("Discussion")
    EVALUATION = "evaluation", _("Evaluation")
    EXERCISE = "exercise", _("Exercise")
    FEEDBACK = "feedback", _("Feedback")
    PROGRESS = "progress", _("Progress")
    QUESTION = "question", _("Question")
    READING = "reading", _("Reading")
    RESOURCE = "resource", _("Material")
    SELF_ASSESSMENT = "self-assessment", _("Self-assessment")
    SESSION = "session", _("Session")
    VIDEO = "video", _("Video")


class Node(models.Model):
    """A course, class or session of a store: an activity that has a level, and hence the activity's id.

    What is declared is kept beside what is discovered: a declared level, name or parent always wins. `parent_seq` is
    the statement that named a discovered parent first; `slots` are those of its type's rule when its statements were
    placed.
    """

    activity = models.OneToOneField(
        Activity, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(_("level"), max_length=8, choices=NodeLevel)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    parent_declared = models.BooleanField(default=False, editable=False)
    parent_seq = models.BigIntegerField(null=True, editable=False)
    slots = ArrayField(models.CharField(max_length=8), default=list, editable=False)
    names = models.JSONField(_("names"), default=dict, editable=False)
    declared_names = models.JSONField(_("names"), default=dict, blank=True)
    words = models.TextField(editable=False)  # the names and the IRI: what a search looks through
    session_kind = models.CharField(
        _("kind of session"), max_length=8, choices=NodeSessionKind, blank=True
    )
    starts = models.DateTimeField(_("starts"), null=True, blank=True)
    ends = models.DateTimeField(_("ends"), null=True, blank=True)
    declared = models.BooleanField(_("declared"), default=False, editable=False)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("course, class or session")
        verbose_name_plural = _("courses, classes and sessions")
        indexes = (models.Index("store", "level", "activity", name="lrs_node_by_level"),)

    def __str__(self) -> str:
        return next(iter(self.names.values()), "") or self.activity.iri


class StatementPlace(models.Model):
    """Where a visible statement stands, and what came of it; no row where it stands nowhere.

    Made from the statement after it was stored (lrs.hierarchy.discovery), so it can always be made again. Nodes are
    named without a database constraint, for one may be gone a moment before its statements are placed anew.
    """

    seq = models.BigIntegerField(primary_key=True)
    timestamp = models.DateTimeField()
    scaled = models.FloatField(null=True)
    store_id = models.IntegerField()
    actor_id = models.IntegerField()
    course_id = models.IntegerField(null=True)
    class_id = models.IntegerField(null=True)
    session_id = models.IntegerField(null=True)
    kind = models.SmallIntegerField()
    completes = models.BooleanField()

    class Meta:
        db_table = "lrs_statement_place"
        indexes = (
            models.Index(
                "course_id",
                "seq",
                name="lrs_place_by_course",
                condition=models.Q(course_id__isnull=False),
            ),
            models.Index(
                "class_id",
                "seq",
                name="lrs_place_by_class",
                condition=models.Q(class_id__isnull=False),
            ),
            models.Index(
                "session_id",
                "seq",
                name="lrs_place_by_session",
                condition=models.Q(session_id__isnull=False),
            ),
            models.Index(  # the courses of a learner
                "actor_id",
                "course_id",
                "timestamp",
                name="lrs_place_by_learner",
                condition=models.Q(course_id__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"place of statement {self.seq}"


class HierarchyProgress(models.Model):
    """Up to which (stored, seq) a store's statements have been placed, and how far changed rules have been applied."""

    store = models.OneToOneField(
        Store, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    stored = models.DateTimeField(null=True)
    seq = models.BigIntegerField(default=0)
    reapplying = models.BooleanField(default=False)
    activity = models.IntegerField(default=0)  # reapplying: activities up to here have their level
    again_stored = models.DateTimeField(null=True)  # and statements up to here their place
    again_seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "lrs_hierarchy_progress"

    def __str__(self) -> str:
        return f"hierarchy of store {self.store_id}"


class ToBePlaced(models.Model):
    """An activity whose statements, from `after_seq` on, are to be placed again: its level or its place has changed."""

    activity = models.OneToOneField(
        Activity, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    after_seq = models.BigIntegerField(default=0)

    class Meta:
        db_table = "lrs_hierarchy_to_be_placed"

    def __str__(self) -> str:
        return f"statements of activity {self.activity_id} after {self.after_seq}"


class TypeRule(models.Model):
    """What an activity type means in a store, where that differs from Keiko's own table."""

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="+", verbose_name=_("store")
    )
    activity_type = models.CharField(_("activity type (IRI)"), max_length=600)
    level = models.CharField(
        _("level"),
        max_length=8,
        choices=NodeLevel,
        blank=True,
        help_text=_("Empty: activities of this type are no course, class or session."),
    )
    session_kind = models.CharField(
        _("kind of session"), max_length=8, choices=NodeSessionKind, blank=True
    )
    slots = ArrayField(
        models.CharField(max_length=8, choices=MentionSlot),
        verbose_name=_("where it counts"),
        default=list,
        blank=True,
        help_text=_("Where a statement has to name the activity to stand in it. Empty: anywhere."),
    )

    class Meta:
        verbose_name = _("rule for an activity type")
        verbose_name_plural = _("rules for activity types")
        constraints = (
            models.UniqueConstraint("store", "activity_type", name="lrs_type_rule_once"),
            models.CheckConstraint(
                name="lrs_type_rule_kind_is_for_sessions",
                condition=models.Q(session_kind="") | models.Q(level=NodeLevel.SESSION),
                violation_error_message=_("Only a session has a kind of session."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.activity_type} → {self.level or '–'}"


class KindRule(models.Model):
    """What kind of interaction a verb, an activity type, or both together make in a store."""

    store = models.ForeignKey(
        Store, on_delete=models.CASCADE, related_name="+", verbose_name=_("store")
    )
    verb = models.CharField(
        _("verb"),
        max_length=600,
        blank=True,
        help_text=_("An IRI, or its last part, such as “answered”. Empty: any verb."),
    )
    activity_type = models.CharField(
        _("activity type (IRI)"), max_length=600, blank=True, help_text=_("Empty: any type.")
    )
    kind = models.CharField(_("kind of interaction"), max_length=16, choices=InteractionKind)

    class Meta:
        verbose_name = _("rule for a kind of interaction")
        verbose_name_plural = _("rules for kinds of interaction")
        constraints = (
            models.UniqueConstraint("store", "verb", "activity_type", name="lrs_kind_rule_once"),
            models.CheckConstraint(
                name="lrs_kind_rule_says_something",
                condition=~models.Q(verb="", activity_type=""),
                violation_error_message=_("Give a verb, an activity type, or both."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.verb or '*'} + {self.activity_type or '*'} → {self.kind}"
