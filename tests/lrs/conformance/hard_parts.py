"""Where servers go wrong: the rules of xAPI that are easily missed, each with the tests that hold it.

The rows are for docs/conformance.md; `report.py` looks that every test is there.
"""

_C = "lrs/conformance/test_"
_LIFE = f"{_C}data_2_3_lifecycle.py::"
_GET = f"{_C}comm_2_1_statements.py::"
_DOCS = f"{_C}comm_2_documents.py::"
_RULES = f"{_C}comm_3_4_rules.py::"
_ASK = f"{_C}comm_1_requests.py::"
_FORM = f"{_C}data_2_2_formatting.py::"
_PARTS = f"{_C}comm_1_5_multipart.py::"

# Topic, rule, tests as file::function below tests/.
HARD_PARTS: list[tuple[str, str, tuple[str, ...]]] = [
    (
        "Voiding",
        (
            "in either order; an unknown target is accepted; a voiding statement is never voided; who refers to a "
            "voided statement stays visible"
        ),
        (
            _LIFE + "test_voiding_hides",
            _LIFE + "test_voiding_first",
            _LIFE + "test_no_voiding_of_voiding",
            _LIFE + "test_referrers_stay",
            _GET + "test_references_to_voided",
            "lrs/test_voiding.py::test_both_in_one_batch_in_either_order",
            "lrs/test_concurrency.py::test_a_statement_and_its_voiding_posted_at_once_end_voided",
        ),
    ),
    (
        "StatementRef filters",
        "recursive; times are asked of who refers; context.statement does not count",
        (
            _GET + "test_references",
            _GET + "test_references_and_times",
            _GET + "test_references_in_either_order",
            "lrs/test_statement_references.py::test_a_reference_elsewhere_than_in_the_object_does_not_count",
            "lrs/test_statement_references.py::test_any_web_of_references_is_found_as_by_following_each",
            "lrs/test_statement_references.py::test_a_statement_and_who_refers_to_it_find_each_other_when_they_arrive_at_once",
        ),
    ),
    (
        "related_agents, related_activities",
        "substatement, authority, instructor, team, members; in 2.0 contextAgents and contextGroups",
        (
            _GET + "test_related_agents",
            _GET + "test_context_agents",
            _GET + "test_related_activities",
        ),
    ),
    (
        "since, until, limit",
        "by stored; since exclusive, until inclusive; limit=0 is the server's most",
        (
            _GET + "test_since_and_until",
            "lrs/test_get.py::test_limit_zero_is_the_servers_maximum",
        ),
    ),
    (
        "more",
        "24 hours and longer, every parameter kept, not moved by what arrives",
        (
            _GET + "test_more_lasts",
            _GET + "test_more_keeps_parameters",
            _GET + "test_more_is_stable",
            "lrs/test_more.py::test_following_more_gives_every_statement_once_in_order",
        ),
    ),
    (
        "X-Experience-API-Consistent-Through",
        "on every answer, and true: no later commit carries an earlier stored",
        (
            _GET + "test_consistent_through",
            "lrs/test_consistent_through.py::test_whatever_was_visible_at_a_header_stays_all_there_is_up_to_it",
            "lrs/test_consistent_through.py::test_a_long_transaction_holds_it_back_and_lets_it_go",
            "lrs/test_replica.py::test_all_up_to_the_header_is_there_whatever_writers_and_replay_do",
        ),
    ),
    (
        "Parameters",
        "exclusive, unknown and malformed ones are 400; their letter case counts; none is given twice",
        (
            _GET + "test_get",
            _GET + "test_parameters_twice",
            _RULES + "test_errors",
            _FORM + "test_parameters_are_checked",
        ),
    ),
    (
        "Last-Modified",
        "on statements and documents",
        (_GET + "test_last_modified", _DOCS + "test_last_modified"),
    ),
    (
        "format",
        "ids, exact, canonical with Accept-Language for each map by itself",
        (
            _GET + "test_format_ids",
            _GET + "test_format_exact",
            _GET + "test_format_canonical",
            "lrs/test_formats.py::test_canonical_takes_the_nearest_language_and_leaves_extensions",
        ),
    ),
    (
        "multipart",
        "JSON first, SHA-2 header, binary, an excess part is 400, fileUrl spares the content but for signatures",
        (
            _PARTS + "test_there_and_back",
            _PARTS + "test_first_part",
            _PARTS + "test_headers_of_parts",
            _PARTS + "test_excess_parts",
            _PARTS + "test_contents_have_to_come",
            _PARTS + "test_signature_comes",
        ),
    ),
    (
        "Signed statements",
        "RS256, RS384, RS512; the payload equals the statement; x5c is checked",
        (
            _PARTS + "test_algorithms",
            _PARTS + "test_other_algorithms",
            _PARTS + "test_payloads",
            _PARTS + "test_certificates",
        ),
    ),
    (
        "ETags",
        "a mismatch is 412, checked at the moment of the change",
        (
            _RULES + "test_etags",
            _RULES + "test_if_match_fails",
            _RULES + "test_if_none_match",
            "lrs/test_document_conditions.py::test_of_many_that_replace_the_same_content_at_once_one_succeeds",
            "lrs/test_document_conditions.py::test_of_many_that_write_a_new_document_at_once_one_succeeds",
        ),
    ),
    (
        "PUT without a condition",
        "1.0.3: a new profile 400, state free; 2.0: a document that is there 409, state too, a new one is fine",
        (
            _RULES + "test_put_over_a_profile",
            _RULES + "test_put_of_a_new_profile_in_1",
            _RULES + "test_put_of_state_in_1",
            _RULES + "test_put_in_2",
        ),
    ),
    (
        "Documents",
        (
            "POST merges the top level only and of JSON only; DELETE of state without a stateId clears many; "
            "one without a registration is one of its own"
        ),
        (
            _DOCS + "test_merge",
            _DOCS + "test_no_merge",
            _DOCS + "test_delete_many",
            _DOCS + "test_registrations",
        ),
    ),
    (
        "HEAD, gzip",
        "the same headers, no body; If-Match holds for who takes gzip",
        (
            _ASK + "test_head",
            _ASK + "test_gzip",
            _ASK + "test_gzip_and_etags",
        ),
    ),
    (
        "Equivalence",
        (
            "what is left aside is left aside, all else is a 409; the same id twice in a batch is 400; a batch is "
            "atomic; POST answers 200 and the ids"
        ),
        (
            _LIFE + "test_the_same_again",
            _LIFE + "test_another_under_the_same_id",
            _LIFE + "test_order_of_members",
            _GET + "test_post",
            _GET + "test_a_batch_is_whole",
            _GET + "test_answers_of_storing",
        ),
    ),
    (
        "Strictness",
        (
            "null in extensions alone; types and letter case; no other property; contextActivities as arrays; revision "
            "and platform with activities alone"
        ),
        (
            _FORM + "test_a_statement",
            f"{_C}data_2_4_6_context.py::test_contexts",
            f"{_C}data_2_4_6_context.py::test_arrays",
            "lrs/conformance/test_bad_input.py::test_a_mutated_statement_is_judged_by_three_readers_alike",
        ),
    ),
    (
        "Language maps, IRIs",
        "RFC 5646; a scheme; never normalised",
        (
            _FORM + "test_language_maps",
            _FORM + "test_iris",
            f"{_C}data_2_4_3_verb.py::test_verbs_are_compared_as_they_are",
            f"{_C}comm_2_agents_activities_about.py::test_activities_are_compared_as_they_are",
        ),
    ),
    (
        "Durations",
        "weeks alone; compared to 0.01 s",
        (
            f"{_C}data_2_4_5_result.py::test_durations",
            f"{_C}data_2_4_5_result.py::test_durations_are_compared_to_hundredths",
            _PARTS + "test_durations",
        ),
    ),
    (
        "Timestamps",
        "no offset of minus zero; at least milliseconds; RFC 3339 in 2.0",
        (
            f"{_C}data_2_4_7_to_11.py::test_timestamps",
            f"{_C}data_2_4_7_to_11.py::test_precision",
        ),
    ),
    (
        "Versions",
        "1.0 is 1.0.0, any 1.0.x is served; about needs neither version nor credential",
        (
            _RULES + "test_versions",
            f"{_C}comm_2_agents_activities_about.py::test_about",
            f"{_C}data_2_4_7_to_11.py::test_versions",
        ),
    ),
    (
        "No version header",
        "a 400 that names the default version of the store",
        (_RULES + "test_version_of_the_store", _RULES + "test_version_of_answers"),
    ),
    (
        "Alternate request syntax",
        "required in 1.0.3, refused in 2.0",
        (
            _ASK + "test_alternate_statements",
            _ASK + "test_alternate_documents",
            _ASK + "test_no_alternate_syntax",
            "clients/test_forms.py::test_storyline_reports_keeps_its_place_and_resumes",
        ),
    ),
    (
        "Groups, persons",
        "anonymous groups are never equal; the properties of a Person are arrays",
        (
            _GET + "test_anonymous_groups_are_never_equal",
            f"{_C}comm_2_agents_activities_about.py::test_person",
        ),
    ),
    (
        "Contexts of 2.0",
        "contextAgents and contextGroups need objectType; relevantTypes is a non-empty array of IRIs",
        (f"{_C}data_2_4_6_context.py::test_context_agents",),
    ),
    (
        "Real clients",
        "Moodle's arrays without ids and its 200; mailto:undefined is a 400; the same statement again is no failure",
        (
            "clients/test_clients.py::test_moodle_posts_an_array_without_ids_and_finds_what_it_sent",
            f"{_C}data_2_4_2_actor.py::test_identifiers",
            "clients/test_clients.py::test_the_term_sent_twice_is_stored_once",
        ),
    ),
    (
        "Writers that meet",
        "batches with the same activities, agents or ids do not deadlock, and each is stored once",
        (
            "lrs/test_concurrency.py::test_crossing_batches_with_new_activities_and_agents_do_not_deadlock",
            "lrs/test_concurrency.py::test_batches_with_the_same_ids_in_another_order_do_not_deadlock_and_store_each_once",
        ),
    ),
]
