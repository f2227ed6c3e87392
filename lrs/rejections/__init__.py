"""Rejected requests: noted after the answer, kept for a short time, shown in the admin."""
