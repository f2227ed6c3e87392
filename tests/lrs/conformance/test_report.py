"""docs/conformance.md says what the tables say."""

from collections import Counter

from tests.lrs.conformance import report


def test_the_document_is_up_to_date():
    assert report.DOCUMENT.read_text(encoding="utf-8") == report.document()


def test_no_requirement_of_a_section_is_stated_twice():
    found = Counter((one.section, one.sentence) for one in report.requirements())
    assert [row for row, count in found.items() if count > 1] == []
