"""Erasing statements and people from the store: docs/erasure.md."""
