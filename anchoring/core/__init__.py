"""The log format and its verification: pure functions and value objects, without Django.

A verifier installs this package and `chain.light`, and nothing else of Keiko (see `verifier/`).
The format is written down byte by byte in docs/log-format.md.
"""
