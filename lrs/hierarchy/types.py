"""What activity types and verbs mean for the hierarchy: tables, no code.

Types are those that real clients send: Moodle's logstore (its own and the edlm-lms profile), H5P, cmi5, ADL's
vocabulary, the Tin Can registry, and the session types of tutoring rooms and AI tutors.
"""

from collections.abc import Mapping
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

# Who a session is with.
WITH_A_PERSON = "person"
WITH_AN_AI_TUTOR = "ai-tutor"
ALONE = "alone"

COMPANY: Mapping[str, str] = {
    f"{EDLM}/lesson-session": WITH_A_PERSON,
    f"{ADL}/meeting": WITH_A_PERSON,
    f"{TINCAN}/tutor-session": WITH_A_PERSON,
    f"{STREAMS}/event": WITH_A_PERSON,
    f"{KEIKO}/tutoring-session": WITH_A_PERSON,
    f"{KEIKO}/ai-tutor-session": WITH_AN_AI_TUTOR,
    f"{KEIKO}/study-session": ALONE,
    f"{TINCAN}/study-session": ALONE,
    f"{TINCAN}/self-study-session": ALONE,
}

# What kind of interaction a statement is. The first table that knows the statement decides: the verb and the object's
# type together, then the verb, then the type, then "progress". A verb is named by the last part of its IRI, in which
# the vocabularies agree.
KIND_BY_VERB_AND_TYPE: Mapping[tuple[str, str], str] = {
    ("scored", f"{ADL}/assessment"): "evaluation",
    ("scored", f"{ADL}/attempt"): "evaluation",
    ("scored", f"{EDLM}/assignment"): "evaluation",
    ("scored", f"{EDLM}/submission"): "evaluation",
    ("completed", f"{ADL}/assessment"): "evaluation",
    ("completed", f"{ADL}/attempt"): "evaluation",
    ("passed", f"{ADL}/assessment"): "evaluation",
    ("failed", f"{ADL}/assessment"): "evaluation",
    ("answered", f"{TINCAN}/survey"): "self-assessment",
    ("completed", f"{TINCAN}/survey"): "self-assessment",
    ("completed", f"{VIDEO}/video"): "video",
    ("commented", f"{TINCAN}/discussion"): "discussion",
    ("commented", f"{EDLM}/forum"): "discussion",
    ("sent", f"{TINCAN}/chat-message"): "discussion",
    ("received", f"{TINCAN}/chat-message"): "discussion",
    ("evaluated", f"{TINCAN}/self-assessment"): "self-assessment",
    ("scored", f"{TINCAN}/self-assessment"): "self-assessment",
    ("completed", f"{TINCAN}/self-assessment"): "self-assessment",
}

KIND_BY_VERB: Mapping[str, str] = {
    "answered": "answer",
    "responded": "answer",
    "asked": "question",
    "discussed": "discussion",
    "replied": "discussion",
    "replied-to-discussion": "discussion",
    "gave-feedback": "feedback",
    "posted": "discussion",
    "commented": "feedback",
    "rated": "feedback",
    "reviewed": "feedback",
    "evaluated": "evaluation",
    "assessed": "evaluation",
    "graded": "evaluation",
    "mastered": "evaluation",
    "self-assessed": "self-assessment",
    "reflected": "self-assessment",
    "submitted": "assignment",
    "submit": "assignment",
    "satisfied": "completion",
    "earned": "completion",
    "played": "video",
    "paused": "video",
    "seeked": "video",
    "watched": "video",
    "read": "reading",
}

KIND_BY_TYPE: Mapping[str, str] = {
    **{iri: "session" for iri, level in LEVELS.items() if level is Level.SESSION},
    f"{ADL}/question": "question",
    f"{ADL}/cmi.interaction": "exercise",
    f"{ADL}/interaction": "exercise",
    f"{ADL}/simulation": "exercise",
    f"{ADL}/performance": "exercise",
    f"{TINCAN}/exercise": "exercise",
    f"{ADL}/assessment": "exercise",
    f"{ADL}/attempt": "exercise",
    f"{TINCAN}/survey": "self-assessment",
    f"{TINCAN}/self-assessment": "self-assessment",
    f"{EDLM}/assignment": "assignment",
    f"{EDLM}/submission": "assignment",
    f"{TINCAN}/school-assignment": "assignment",
    f"{EDLM}/forum": "discussion",
    f"{TINCAN}/discussion": "discussion",
    f"{TINCAN}/forum-reply": "discussion",
    f"{TINCAN}/forum-topic": "discussion",
    f"{TINCAN}/chat-message": "discussion",
    f"{TINCAN}/chat-channel": "discussion",
    f"{ACROSSX}/face-to-face-discussion": "discussion",
    f"{STREAMS}/review": "feedback",
    f"{STREAMS}/comment": "feedback",
    f"{EDLM}/feedback": "feedback",
    f"{VIDEO}/video": "video",
    f"{ACROSSX}/video": "video",
    f"{STREAMS}/video": "video",
    f"{ADL}/media": "video",
    f"{TINCAN}/book": "reading",
    f"{TINCAN}/chapter": "reading",
    f"{ACROSSX}/webpage": "reading",
    f"{ACROSSX}/page": "reading",
    f"{ADL}/lesson-content-page": "reading",
    f"{EDLM}/wiki-page": "reading",
    f"{ADL}/file": "resource",
    f"{ADL}/link": "resource",
    f"{TINCAN}/resource": "resource",
}

PROGRESS = "progress"
# Verbs that end something, where neither table above says what it was.
COMPLETING = frozenset({"completed", "passed", "failed", "attained", "achieved"})
COMPLETION = "completion"


def types_of(level: Level) -> frozenset[str]:
    """The activity types of a level."""
    return frozenset(iri for iri, found in LEVELS.items() if found is level)
