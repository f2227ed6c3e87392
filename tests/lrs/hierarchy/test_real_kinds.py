"""The kinds of what real clients send: a row each, with where the verb and the type are written down.

Sources:
MOODLE  xAPI-vle/moodle-logstore_xapi at 16663652, the file of src/transformer/events/ that is named
H5P     h5p/h5p-php-library at b515e00d, js/h5p-x-api-event.js: ADL's verbs, and a type for questions alone
CMI5    AICC/CMI-5_Spec_Current, cmi5_spec.md sections 9.3 and 9.4
ADL     the ADL vocabulary, adlnet.gov/expapi
TINCAN  the Tin Can registry, registry.tincanapi.com
VIDEO   the xAPI video profile, as the statements of a MOOC use it (openfun/ralph, data/)
"""
# ruff: noqa: E501 - a row stays a row

import pytest

from lrs.hierarchy.rules import kind_of

ADL_VERB = "http://adlnet.gov/expapi/verbs"
ADL = "http://adlnet.gov/expapi/activities"
TINCAN_VERB = "http://id.tincanapi.com/verb"
TINCAN = "http://id.tincanapi.com/activitytype"
EDLM = "https://xapi.edlm/profiles/edlm-lms/concepts/activity-types"
STREAMS = "http://activitystrea.ms"
TLA = "https://w3id.org/xapi/tla/verbs"
VIDEO = "https://w3id.org/xapi/video"
CMI5 = "https://w3id.org/xapi/cmi5/activitytype"

ROWS = [
    # source, verb, type of the object (empty: none), kind
    ("MOODLE mod_quiz/question_answered", f"{ADL_VERB}/answered", f"{ADL}/cmi.interaction", "answer"),
    ("MOODLE mod_choice/answer_created", f"{ADL_VERB}/answered", f"{ADL}/cmi.interaction", "answer"),
    ("MOODLE mod_lesson/question_viewed", f"{TINCAN_VERB}/viewed", f"{ADL}/cmi.interaction", "exercise"),
    ("MOODLE mod_quiz/attempt_started", f"{STREAMS}/schema/1.0/start", f"{ADL}/attempt", "exercise"),
    ("MOODLE mod_quiz/attempt_submitted", f"{ADL_VERB}/completed", f"{ADL}/attempt", "evaluation"),
    ("MOODLE mod_quiz/attempt_reviewed", f"{STREAMS}/schema/1.0/receive", f"{STREAMS}/schema/1.0/review", "feedback"),
    ("MOODLE mod_quiz/question_manually_graded", f"{TLA}/scored", f"{STREAMS}/schema/1.0/review#slot", "evaluation"),
    ("MOODLE all/course_module_viewed, quiz", f"{TINCAN_VERB}/viewed", f"{ADL}/assessment", "exercise"),
    ("MOODLE all/course_module_viewed, h5pactivity", f"{TINCAN_VERB}/viewed", f"{ADL}/media", "resource"),
    ("MOODLE all/course_module_viewed, page", f"{TINCAN_VERB}/viewed", "https://w3id.org/xapi/acrossx/activities/page", "reading"),
    ("MOODLE all/course_module_viewed, resource", f"{TINCAN_VERB}/viewed", f"{TINCAN}/resource", "resource"),
    ("MOODLE all/course_module_viewed, folder", f"{TINCAN_VERB}/viewed", f"{STREAMS}/collection", "resource"),
    ("MOODLE all/course_module_viewed, workshop", f"{TINCAN_VERB}/viewed", f"{EDLM}/workshop", "assignment"),
    ("MOODLE mod_assign/assignment_submitted", f"{STREAMS}/schema/1.0/submit", f"{EDLM}/submission", "assignment"),
    ("MOODLE mod_assign/assignment_graded", f"{TLA}/scored", f"{EDLM}/submission", "evaluation"),
    ("MOODLE mod_assign/feedback_viewed", f"{TINCAN_VERB}/viewed", f"{EDLM}/feedback", "feedback"),
    ("MOODLE mod_feedback/response_submitted", f"{STREAMS}/schema/1.0/submit", f"{EDLM}/feedback", "feedback"),
    ("MOODLE mod_survey/response_submitted", f"{STREAMS}/submit", f"{TINCAN}/survey", "self-assessment"),
    ("MOODLE mod_questionnaire/attempt_submitted", f"{STREAMS}/submit", f"{TINCAN}/survey", "self-assessment"),
    ("MOODLE mod_forum/discussion_created", f"{STREAMS}/create", f"{TINCAN}/discussion", "discussion"),
    ("MOODLE mod_forum/post_created", f"{TINCAN_VERB}/replied", f"{TINCAN}/forum-reply", "discussion"),
    ("MOODLE mod_forum/post_updated", "https://w3id.org/xapi/acrossx/verbs/edited", f"{TINCAN}/forum-reply", "discussion"),
    ("MOODLE mod_wiki/comment_created", f"{ADL_VERB}/commented", f"{TINCAN}/discussion", "discussion"),
    ("MOODLE mod_wiki/page_viewed", f"{TINCAN_VERB}/viewed", f"{EDLM}/wiki-page", "reading"),
    ("MOODLE mod_glossary/comment_created", f"{ADL_VERB}/commented", f"{STREAMS}/comment", "feedback"),
    ("MOODLE mod_glossary/comment_deleted", f"{STREAMS}/delete", f"{STREAMS}/comment", "feedback"),
    ("MOODLE mod_glossary/entry_viewed", f"{TINCAN_VERB}/viewed", f"{EDLM}/glossary-entry", "reading"),
    ("MOODLE core/message_sent", f"{STREAMS}/send", f"{TINCAN}/chat-message", "discussion"),
    ("MOODLE mod_lesson/essay_assessed", "https://w3id.org/xapi/dod-isd/verbs/assessed", f"{ADL}/cmi.interaction", "evaluation"),
    ("MOODLE mod_lesson/lesson_ended", f"{ADL_VERB}/completed", f"{EDLM}/lesson-session", "session"),
    ("MOODLE mod_lesson/content_page_viewed", f"{TINCAN_VERB}/viewed", f"{ADL}/lesson-content-page", "reading"),
    ("MOODLE mod_book/chapter_viewed", f"{TINCAN_VERB}/viewed", f"{TINCAN}/chapter", "reading"),
    ("MOODLE mod_bigbluebuttonbn/meeting_joined", f"{STREAMS}/join", f"{ADL}/meeting", "session"),
    ("MOODLE mod_bigbluebuttonbn/live_session", f"{TINCAN_VERB}/live", f"{ADL}/meeting", "session"),
    ("MOODLE mod_scorm/status_submitted", f"{ADL_VERB}/failed", f"{EDLM}/scorm-content-object", "evaluation"),
    ("MOODLE mod_scorm/sco_launched", f"{ADL_VERB}/launched", f"{EDLM}/scorm-content-object", "progress"),
    ("MOODLE core/course_viewed", f"{TINCAN_VERB}/viewed", f"{CMI5}/course", "progress"),
    ("MOODLE core/course_completed", f"{ADL_VERB}/completed", f"{CMI5}/course", "completion"),
    ("MOODLE core/badge_awarded", f"{TLA}/achieved", f"{EDLM}/badge", "completion"),
    ("MOODLE core/user_loggedin", "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/login", f"{TINCAN}/lms", "progress"),
    ("H5P a question", f"{ADL_VERB}/answered", f"{ADL}/cmi.interaction", "answer"),
    ("H5P a question", f"{ADL_VERB}/interacted", f"{ADL}/cmi.interaction", "exercise"),
    ("H5P content", f"{ADL_VERB}/answered", "", "answer"),
    ("H5P content", f"{ADL_VERB}/attempted", "", "progress"),
    ("H5P content", f"{ADL_VERB}/progressed", "", "progress"),
    ("H5P content", f"{ADL_VERB}/completed", "", "completion"),
    ("H5P content", f"{ADL_VERB}/mastered", "", "evaluation"),
    ("H5P content", f"{ADL_VERB}/scored", "", "evaluation"),
    ("H5P content", f"{ADL_VERB}/asked", "", "question"),
    ("CMI5 9.3.1", f"{ADL_VERB}/launched", "", "progress"),
    ("CMI5 9.3.2", f"{ADL_VERB}/initialized", "", "progress"),
    ("CMI5 9.3.3", f"{ADL_VERB}/completed", "", "completion"),
    ("CMI5 9.3.4", f"{ADL_VERB}/passed", "", "evaluation"),
    ("CMI5 9.3.5", f"{ADL_VERB}/failed", "", "evaluation"),
    ("CMI5 9.3.6", "https://w3id.org/xapi/adl/verbs/abandoned", "", "progress"),
    ("CMI5 9.3.7", "https://w3id.org/xapi/adl/verbs/waived", "", "progress"),
    ("CMI5 9.3.8", f"{ADL_VERB}/terminated", "", "progress"),
    ("CMI5 9.3.9", "https://w3id.org/xapi/adl/verbs/satisfied", f"{CMI5}/block", "completion"),
    ("CMI5 9.3.9", "https://w3id.org/xapi/adl/verbs/satisfied", f"{CMI5}/course", "completion"),
    ("ADL", f"{ADL_VERB}/asked", f"{ADL}/question", "question"),
    ("ADL", f"{ADL_VERB}/responded", f"{ADL}/question", "answer"),
    ("ADL", f"{ADL_VERB}/attempted", f"{ADL}/assessment", "exercise"),
    ("ADL", f"{ADL_VERB}/attempted", f"{ADL}/simulation", "exercise"),
    ("ADL", f"{ADL_VERB}/attempted", f"{ADL}/performance", "exercise"),
    ("ADL", f"{ADL_VERB}/completed", f"{ADL}/assessment", "evaluation"),
    ("ADL", f"{ADL_VERB}/attended", f"{ADL}/meeting", "session"),
    ("ADL", f"{ADL_VERB}/commented", f"{ADL}/file", "feedback"),
    ("ADL", f"{ADL_VERB}/experienced", f"{ADL}/link", "resource"),
    ("TINCAN", f"{ADL_VERB}/attempted", f"{TINCAN}/school-assignment", "assignment"),
    ("TINCAN", f"{ADL_VERB}/attempted", f"{TINCAN}/essay", "assignment"),
    ("TINCAN", f"{TINCAN_VERB}/replied", f"{TINCAN}/forum-topic", "discussion"),
    ("TINCAN", f"{TINCAN_VERB}/rated", f"{TINCAN}/tutor-session", "feedback"),
    ("TINCAN", f"{TINCAN_VERB}/reviewed", f"{TINCAN}/essay", "feedback"),
    ("VIDEO", f"{VIDEO}/verbs/played", f"{VIDEO}/activity-type/video", "video"),
    ("VIDEO", f"{VIDEO}/verbs/paused", f"{VIDEO}/activity-type/video", "video"),
    ("VIDEO", f"{VIDEO}/verbs/seeked", f"{VIDEO}/activity-type/video", "video"),
    ("VIDEO", f"{ADL_VERB}/interacted", f"{VIDEO}/activity-type/video", "video"),
    ("VIDEO", f"{ADL_VERB}/completed", f"{VIDEO}/activity-type/video", "video"),
    ("VIDEO", f"{ADL_VERB}/terminated", f"{VIDEO}/activity-type/video", "video"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "verb", "activity_type", "kind"), ROWS)
def test_what_a_real_client_sends_is_of_the_kind_that_its_source_means(
    source, verb, activity_type, kind
):
    target = {"id": "https://x.example/o"}
    if activity_type:
        target["definition"] = {"type": activity_type}
    assert kind_of({"verb": {"id": verb}, "object": target}) == kind, source


def test_the_table_has_every_kind_that_the_atomic_ones_are():
    atomic = {"question", "answer", "exercise", "discussion", "feedback", "evaluation"}
    assert atomic | {"self-assessment"} <= {kind for *_, kind in ROWS}
