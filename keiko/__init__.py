"""The Django project: settings, start-up, users, and what every page shares."""
