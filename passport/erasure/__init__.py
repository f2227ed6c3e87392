"""Erasing learners, statements and stores from all that Keiko keeps: docs/erasure.md."""
