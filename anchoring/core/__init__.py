"""The log format. This package alone is what a verifier installs; it knows nothing of Django."""
