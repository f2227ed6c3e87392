"""Courses, classes and sessions: where a statement belongs."""
