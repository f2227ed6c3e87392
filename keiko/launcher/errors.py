"""What stops the launcher: a sentence for whoever typed the command."""


class LauncherError(Exception):
    """Something is missing, busy or dead. The message says what to do, in one line."""
