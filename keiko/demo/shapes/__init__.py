"""One module for each xAPI client that a school has: pure functions that make its statements.

A shape follows what the client really sends, with its own extensions and its own way to name the
actor, the course and the class. Ids are added by the term (`keiko.demo.term`), so that the
statements here are as the client writes them.
"""
