"""What activity types and verbs mean for the hierarchy: tables, no code.

Types are those that real clients send: Moodle's logstore (its own and the edlm-lms profile), H5P, cmi5, ADL's
vocabulary, the Tin Can registry, and the session types of tutoring rooms and AI tutors.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Level(StrEnum):
    """The levels of the learning hierarchy, outermost first."""

    COURSE = "course"
    CLASS = "class"
    SESSION = "session"


ADL = "http://adlnet.gov/expapi/activities"
TINCAN = "http://id.tincanapi.com/activitytype"
CMI5 = "https://w3id.org/xapi/cmi5/activitytype"
EDLM = "https://xapi.edlm/profiles/edlm-lms/concepts/activity-types"
ACROSSX = "https://w3id.org/xapi/acrossx/activities"
VIDEO = "https://w3id.org/xapi/video/activity-type"
STREAMS = "http://activitystrea.ms/schema/1.0"
STREAMS_OF_MOODLE = "http://activitystrea.ms"  # as its plugin writes them, without the schema
KEIKO = "https://w3id.org/keiko/activity-types"  # ours: no registry has a type for an AI tutor

LEVELS: Mapping[str, Level] = {
    f"{ADL}/course": Level.COURSE,
    f"{TINCAN}/lms/course": Level.COURSE,
    f"{TINCAN}/course": Level.COURSE,
    f"{CMI5}/course": Level.COURSE,
    f"{TINCAN}/section": Level.CLASS,
    f"{TINCAN}/class": Level.CLASS,
    f"{TINCAN}/school-class": Level.CLASS,
    f"{CMI5}/block": Level.CLASS,
    f"{ADL}/module": Level.CLASS,
    f"{ADL}/lesson": Level.CLASS,
    f"{EDLM}/lesson-session": Level.SESSION,
    f"{ADL}/meeting": Level.SESSION,
    f"{TINCAN}/tutor-session": Level.SESSION,
    f"{TINCAN}/self-study-session": Level.SESSION,
    f"{TINCAN}/study-session": Level.SESSION,
    f"{STREAMS}/event": Level.SESSION,
    f"{KEIKO}/tutoring-session": Level.SESSION,
    f"{KEIKO}/ai-tutor-session": Level.SESSION,
    f"{KEIKO}/study-session": Level.SESSION,
}


class Slot(StrEnum):
    """Where a statement names an activity, the nearest to what happened first: its object, then contextActivities."""

    OBJECT = "object"
    PARENT = "parent"
    GROUPING = "grouping"
    OTHER = "other"
    CATEGORY = "category"


class SessionKind(StrEnum):
    """What kind of session: with a person, alone, or with an AI tutor."""

    TUTORING = "tutoring"
    STUDY = "study"
    AI_TUTOR = "ai-tutor"


SESSION_KINDS: Mapping[str, SessionKind] = {
    f"{EDLM}/lesson-session": SessionKind.TUTORING,
    f"{ADL}/meeting": SessionKind.TUTORING,
    f"{TINCAN}/tutor-session": SessionKind.TUTORING,
    f"{STREAMS}/event": SessionKind.TUTORING,
    f"{KEIKO}/tutoring-session": SessionKind.TUTORING,
    f"{KEIKO}/ai-tutor-session": SessionKind.AI_TUTOR,
    f"{KEIKO}/study-session": SessionKind.STUDY,
    f"{TINCAN}/study-session": SessionKind.STUDY,
    f"{TINCAN}/self-study-session": SessionKind.STUDY,
}


class Kind(StrEnum):
    """What kind of interaction a statement is."""

    ANSWER = "answer"
    ASSIGNMENT = "assignment"
    COMPLETION = "completion"
    DISCUSSION = "discussion"
    EVALUATION = "evaluation"
    EXERCISE = "exercise"
    FEEDBACK = "feedback"
    PROGRESS = "progress"
    QUESTION = "question"
    READING = "reading"
    RESOURCE = "resource"
    SELF_ASSESSMENT = "self-assessment"
    SESSION = "session"
    VIDEO = "video"


# The number under which a kind is kept in the database. Append only: what is stored keeps its meaning.
KINDS_BY_NUMBER: Sequence[Kind] = (
    Kind.PROGRESS,
    Kind.QUESTION,
    Kind.ANSWER,
    Kind.EXERCISE,
    Kind.DISCUSSION,
    Kind.FEEDBACK,
    Kind.EVALUATION,
    Kind.SELF_ASSESSMENT,
    Kind.ASSIGNMENT,
    Kind.COMPLETION,
    Kind.READING,
    Kind.RESOURCE,
    Kind.SESSION,
    Kind.VIDEO,
)
NUMBER_OF_KIND: Mapping[Kind, int] = {kind: number for number, kind in enumerate(KINDS_BY_NUMBER)}

# What kind of interaction a statement is. The first table that knows the statement decides: the verb and the object's
# type together, then the verb, then the type, then "progress". A verb is named by the last part of its IRI, in which
# the vocabularies agree.
KIND_BY_VERB_AND_TYPE: Mapping[tuple[str, str], Kind] = {
    ("completed", f"{ADL}/assessment"): Kind.EVALUATION,
    ("completed", f"{ADL}/attempt"): Kind.EVALUATION,
    ("answered", f"{TINCAN}/survey"): Kind.SELF_ASSESSMENT,
    ("submit", f"{TINCAN}/survey"): Kind.SELF_ASSESSMENT,
    ("submit", f"{EDLM}/feedback"): Kind.FEEDBACK,
    ("completed", f"{TINCAN}/survey"): Kind.SELF_ASSESSMENT,
    ("completed", f"{VIDEO}/video"): Kind.VIDEO,
    ("commented", f"{TINCAN}/discussion"): Kind.DISCUSSION,
    ("commented", f"{EDLM}/forum"): Kind.DISCUSSION,
    ("sent", f"{TINCAN}/chat-message"): Kind.DISCUSSION,
    ("received", f"{TINCAN}/chat-message"): Kind.DISCUSSION,
    ("evaluated", f"{TINCAN}/self-assessment"): Kind.SELF_ASSESSMENT,
    ("scored", f"{TINCAN}/self-assessment"): Kind.SELF_ASSESSMENT,
    ("completed", f"{TINCAN}/self-assessment"): Kind.SELF_ASSESSMENT,
}

KIND_BY_VERB: Mapping[str, Kind] = {
    "answered": Kind.ANSWER,
    "responded": Kind.ANSWER,
    "asked": Kind.QUESTION,
    "discussed": Kind.DISCUSSION,
    "replied": Kind.DISCUSSION,
    "replied-to-discussion": Kind.DISCUSSION,
    "gave-feedback": Kind.FEEDBACK,
    "posted": Kind.DISCUSSION,
    "commented": Kind.FEEDBACK,
    "rated": Kind.FEEDBACK,
    "reviewed": Kind.FEEDBACK,
    "evaluated": Kind.EVALUATION,
    "assessed": Kind.EVALUATION,
    "graded": Kind.EVALUATION,
    "scored": Kind.EVALUATION,
    "passed": Kind.EVALUATION,  # ADL, cmi5: judged, and so more than done
    "failed": Kind.EVALUATION,
    "mastered": Kind.EVALUATION,
    "self-assessed": Kind.SELF_ASSESSMENT,
    "reflected": Kind.SELF_ASSESSMENT,
    "submitted": Kind.ASSIGNMENT,
    "submit": Kind.ASSIGNMENT,
    "satisfied": Kind.COMPLETION,
    "earned": Kind.COMPLETION,
    "played": Kind.VIDEO,
    "paused": Kind.VIDEO,
    "seeked": Kind.VIDEO,
    "watched": Kind.VIDEO,
    "read": Kind.READING,
}

KIND_BY_TYPE: Mapping[str, Kind] = {
    **{iri: Kind.SESSION for iri, level in LEVELS.items() if level is Level.SESSION},
    f"{ADL}/question": Kind.QUESTION,
    f"{ADL}/cmi.interaction": Kind.EXERCISE,
    f"{ADL}/interaction": Kind.EXERCISE,
    f"{ADL}/simulation": Kind.EXERCISE,
    f"{ADL}/performance": Kind.EXERCISE,
    f"{TINCAN}/exercise": Kind.EXERCISE,
    f"{ADL}/assessment": Kind.EXERCISE,
    f"{ADL}/attempt": Kind.EXERCISE,
    f"{TINCAN}/survey": Kind.SELF_ASSESSMENT,
    f"{TINCAN}/self-assessment": Kind.SELF_ASSESSMENT,
    f"{EDLM}/assignment": Kind.ASSIGNMENT,
    f"{EDLM}/submission": Kind.ASSIGNMENT,
    f"{EDLM}/workshop": Kind.ASSIGNMENT,
    f"{TINCAN}/school-assignment": Kind.ASSIGNMENT,
    f"{TINCAN}/essay": Kind.ASSIGNMENT,
    f"{EDLM}/forum": Kind.DISCUSSION,
    f"{TINCAN}/discussion": Kind.DISCUSSION,
    f"{TINCAN}/forum-reply": Kind.DISCUSSION,
    f"{TINCAN}/forum-topic": Kind.DISCUSSION,
    f"{TINCAN}/chat-message": Kind.DISCUSSION,
    f"{TINCAN}/chat-channel": Kind.DISCUSSION,
    f"{ACROSSX}/face-to-face-discussion": Kind.DISCUSSION,
    f"{STREAMS}/review": Kind.FEEDBACK,
    f"{STREAMS}/comment": Kind.FEEDBACK,
    f"{STREAMS_OF_MOODLE}/comment": Kind.FEEDBACK,
    f"{EDLM}/feedback": Kind.FEEDBACK,
    f"{VIDEO}/video": Kind.VIDEO,
    f"{ACROSSX}/video": Kind.VIDEO,
    f"{STREAMS}/video": Kind.VIDEO,
    f"{TINCAN}/book": Kind.READING,
    f"{TINCAN}/chapter": Kind.READING,
    f"{ACROSSX}/webpage": Kind.READING,
    f"{ACROSSX}/page": Kind.READING,
    f"{ADL}/lesson-content-page": Kind.READING,
    f"{EDLM}/wiki-page": Kind.READING,
    f"{EDLM}/wiki": Kind.READING,
    f"{EDLM}/glossary": Kind.READING,
    f"{EDLM}/glossary-entry": Kind.READING,
    f"{ADL}/media": Kind.RESOURCE,  # text, audio or video; Moodle's plugin means H5P and LTI by it
    f"{ADL}/file": Kind.RESOURCE,
    f"{STREAMS_OF_MOODLE}/collection": Kind.RESOURCE,
    f"{ADL}/link": Kind.RESOURCE,
    f"{TINCAN}/resource": Kind.RESOURCE,
}

# Verbs that end something, where none of the tables says what it was: then it is a completion.
COMPLETING = frozenset({"completed", "attained", "achieved"})
