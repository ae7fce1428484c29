"""The one error of this room: bad law data, a bad question, or a question this law does not answer.

It never knows HTTP or a language of the pages; the stable `code` is what callers translate.
"""


class RegulationError(Exception):
    """A refusal with a stable code, and where it is about a file, the file, the place in it and the mend.

    `file` is a name inside the packaged data or the caller's own file name, `place` a path of keys
    (`terms.COMMUNE_CHECK.source`), `mend` one sentence on how to put it right.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        file: str | None = None,
        place: str | None = None,
        mend: str | None = None,
    ) -> None:
        """Keep the parts apart, so that a page or a command can show each in its own place."""
        self.code = code
        self.message = message
        self.file = file
        self.place = place
        self.mend = mend
        super().__init__(message)

    def __str__(self) -> str:
        """Return one line: where, what, how to mend."""
        where = ", ".join(part for part in (self.file, self.place) if part)
        head = f"{where}: {self.message}" if where else self.message
        return f"{head} (mend: {self.mend})" if self.mend else head
