"""Where an imported row comes from: the document it stands in, the file it was read from, and its line there.

It never holds what the row says; that is the importer's, and personal data stays out of every line.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """The source of one imported subject; `key` is what makes a second import of the row change nothing.

    A line salts `row_digest` where the row holds a person's data.
    """

    document: str
    file: str
    file_digest: str
    line: int
    key: str
    row_digest: str

    def inputs(self) -> dict[str, object]:
        """Return what the `imported` line keeps of it."""
        return {
            "document": self.document, "file": self.file, "file_digest": self.file_digest, "file_line": self.line,
            "import_key": self.key, "row_digest": self.row_digest,
        }  # fmt: skip
