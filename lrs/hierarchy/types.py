"""Which activity types are courses, classes and sessions, and which interactions statements are. Data only."""

COURSE = "course"
CLASS = "class"
SESSION = "session"

# Activity type -> level of the hierarchy. As ADL, Moodle's logstore plugin, cmi5 and TinCan's registry name them.
LEVELS = {
    "http://adlnet.gov/expapi/activities/course": COURSE,
    "http://id.tincanapi.com/activitytype/lms/course": COURSE,
    "https://w3id.org/xapi/cmi5/activitytype/course": COURSE,
    "http://adlnet.gov/expapi/activities/module": CLASS,
    "http://adlnet.gov/expapi/activities/lesson": CLASS,
    "https://w3id.org/xapi/cmi5/activitytype/block": CLASS,
    "http://id.tincanapi.com/activitytype/section": CLASS,
    "http://id.tincanapi.com/activitytype/school-class": CLASS,
    "http://adlnet.gov/expapi/activities/meeting": SESSION,
    "http://id.tincanapi.com/activitytype/tutor-session": SESSION,
    "http://id.tincanapi.com/activitytype/study-session": SESSION,
    "http://activitystrea.ms/schema/1.0/event": SESSION,
    "https://w3id.org/keiko/activity-types/tutoring-session": SESSION,
    "https://w3id.org/keiko/activity-types/ai-tutor-session": SESSION,
    "https://w3id.org/keiko/activity-types/study-session": SESSION,
}

# Who a session is with.
WITH_A_PERSON = "person"
WITH_AN_AI_TUTOR = "ai-tutor"
ALONE = "alone"

COMPANY = {
    "http://adlnet.gov/expapi/activities/meeting": WITH_A_PERSON,
    "http://id.tincanapi.com/activitytype/tutor-session": WITH_A_PERSON,
    "http://activitystrea.ms/schema/1.0/event": WITH_A_PERSON,
    "https://w3id.org/keiko/activity-types/tutoring-session": WITH_A_PERSON,
    "https://w3id.org/keiko/activity-types/ai-tutor-session": WITH_AN_AI_TUTOR,
    "https://w3id.org/keiko/activity-types/study-session": ALONE,
    "http://id.tincanapi.com/activitytype/study-session": ALONE,
}

# Kinds of interaction, by verb first, then by the object's activity type; the first that fits counts.
KIND_BY_VERB = {
    "http://adlnet.gov/expapi/verbs/asked": "question",
    "http://adlnet.gov/expapi/verbs/answered": "answer",
    "http://adlnet.gov/expapi/verbs/responded": "answer",
    "http://adlnet.gov/expapi/verbs/commented": "discussion",
    "http://id.tincanapi.com/verb/replied": "discussion",
    "http://id.tincanapi.com/verb/replied-to-discussion": "discussion",
    "https://w3id.org/xapi/acrossx/verbs/posted": "discussion",
    "http://adlnet.gov/expapi/verbs/scored": "evaluation",
    "http://adlnet.gov/expapi/verbs/passed": "evaluation",
    "http://adlnet.gov/expapi/verbs/failed": "evaluation",
    "https://w3id.org/xapi/tla/verbs/scored": "evaluation",
    "https://w3id.org/xapi/acrossx/verbs/evaluated": "evaluation",
    "http://www.tincanapi.co.uk/verbs/evaluated": "evaluation",
    "http://id.tincanapi.com/verb/rated": "feedback",
    "http://id.tincanapi.com/verb/reviewed": "feedback",
    "https://w3id.org/keiko/verbs/gave-feedback": "feedback",
    "https://w3id.org/keiko/verbs/self-assessed": "self-assessment",
    "https://w3id.org/xapi/video/verbs/played": "video",
    "https://w3id.org/xapi/video/verbs/paused": "video",
    "https://w3id.org/xapi/video/verbs/seeked": "video",
    "http://activitystrea.ms/schema/1.0/submit": "exercise",
    "http://activitystrea.ms/submit": "exercise",
}
KIND_BY_TYPE = {
    "http://adlnet.gov/expapi/activities/cmi.interaction": "answer",
    "http://adlnet.gov/expapi/activities/question": "question",
    "http://adlnet.gov/expapi/activities/assessment": "exercise",
    "http://adlnet.gov/expapi/activities/attempt": "exercise",
    "https://xapi.edlm/profiles/edlm-lms/concepts/activity-types/assignment": "exercise",
    "https://xapi.edlm/profiles/edlm-lms/concepts/activity-types/submission": "exercise",
    "https://xapi.edlm/profiles/edlm-lms/concepts/activity-types/feedback": "feedback",
    "http://activitystrea.ms/schema/1.0/review": "feedback",
    "http://id.tincanapi.com/activitytype/school-assignment": "exercise",
    "http://id.tincanapi.com/activitytype/discussion": "discussion",
    "https://w3id.org/xapi/video/activity-type/video": "video",
    "http://activitystrea.ms/schema/1.0/video": "video",
    "http://adlnet.gov/expapi/activities/media": "video",
}
OTHER_KIND = "progress"
