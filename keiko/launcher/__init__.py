"""Starts everything that Keiko needs on a bare machine: `make run` and `make test` begin here."""
