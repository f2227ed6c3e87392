"""Spanish is complete, and what is served is what was written."""

from passport.management.commands.translations import compiled, po_path, untranslated


def test_every_string_of_the_pages_is_translated_into_spanish() -> None:
    assert untranslated("es") == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert po_path("es").with_suffix(".mo").read_bytes() == compiled("es")
