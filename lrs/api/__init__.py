"""The HTTP interface of xAPI."""
