"""The requirements of xAPI 1.0.3 and 2.0 in our own words, each tested through the HTTP interface.

One module for a section of the specification. A table holds requirements that one statement or one request can show; a
function holds those that need several. `docs/conformance.md` is written from both:
`python -m tests.lrs.conformance.report`.
"""
