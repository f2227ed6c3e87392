"""The REST interface beside xAPI, below /api/v1/."""
