"""What is wrong with a request, in words for whoever has to mend it."""


class XapiError(ValueError):
    """A rule of xAPI that a value breaks.

    `path` is a JSON Pointer (RFC 6901) to the value, `advice` says what would be right.
    """

    def __init__(self, message: str, *, path: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.advice = advice

    def below(self, prefix: str) -> "XapiError":
        """The same error, seen from the value that holds this one at `prefix`."""
        return type(self)(self.message, path=prefix + self.path, advice=self.advice)
