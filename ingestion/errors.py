"""What can go wrong with what comes in: with a whole body or file (classes), or with one row of it (codes)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tenants.errors import EarnestError


class NotJson(EarnestError):
    """The body holds no rows as JSON in UTF-8."""

    code = "not_json"
    status = 400


class TooDeep(EarnestError):
    """The body nests deeper than any row of ours does."""

    code = "too_deep"
    status = 400

    def __init__(self, deepest: int) -> None:
        super().__init__(f"The body nests deeper than {deepest} levels.")


class TooManyRows(EarnestError):
    """The batch is longer than one transaction should be."""

    code = "too_many_rows"
    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(f"The batch has more than {most:,} rows. Send it in several.")


class NotGzip(EarnestError):
    """The body says that it is compressed, and is not, or not to its end."""

    code = "not_gzip"
    status = 400

    def __init__(self) -> None:
        super().__init__("The body cannot be inflated as gzip. Nothing of it was taken; compress it again.")


class ExpandedTooLarge(EarnestError):
    """What was compressed is longer than may be sent. Nothing of it is kept."""

    code = "expanded_too_large"
    status = 413


class UnknownSource(EarnestError):
    """No source of the agency has this id. Another agency's source gets the same answer."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__("There is no such source. `/v1/sources` lists yours; new ones are made in the admin.")


class NoLongerSetAside(EarnestError):
    """A row that was set aside, and has been used or given up meanwhile."""

    code = "no_longer_set_aside"
    status = 409

    def __init__(self) -> None:
        super().__init__("This row is no longer set aside: somebody has mended it or given it up.")


class UnknownHook(EarnestError):
    """No webhook is taken at this address; one that is switched off gets the same answer."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__("Nothing is taken at this address. The admin shows the addresses of your webhooks.")


class SignatureRefused(EarnestError):
    """A post that does not come from whom it says it does, or came too late to be sure."""

    code = "signature_refused"
    status = 403

    def __init__(self) -> None:
        super().__init__("The signature is missing, wrong or too old. Nothing was taken.")


class Unanswered(EarnestError):
    """A platform did not answer, or not now. It is asked again."""

    code = "platform_away"
    status = 503

    def __init__(self, sentence: str, *, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unusable(EarnestError):
    """A platform's answer is not what it says such answers are. It is asked again, later and later."""

    code = "answer_unusable"
    status = 502


class TooMuch(Unusable):
    """An answer is more than is read at once. headers: the answer's, by their names in lower case."""

    def __init__(self, sentence: str, headers: Mapping[str, str]) -> None:
        super().__init__(sentence)
        self.headers = headers


class TokenRefused(EarnestError):
    """A platform does not take what it was asked with. Nothing is asked until another token is entered."""

    code = "token_refused"
    status = 409


class AskedTwice(EarnestError):
    """An account is asked for one source by two rows."""

    code = "asked_twice"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "This account is asked for this source already, by another entry. Delete this one, or switch it off."
        )


class AddressRefused(EarnestError):
    """An address that is none of a server everybody can reach. Nothing was sent there."""

    code = "address_refused"
    status = 422

    def __init__(self, host: str) -> None:
        super().__init__(
            f"“{host}” is no server that everybody can reach: it lies within a network, or is not plain HTTPS. Nothing "
            "was sent. Enter the platform's public name."
        )


class CannotLink(EarnestError):
    """Two contacts cannot be said to be one person, or a link cannot be taken back; the sentence says why."""

    code = "cannot_link"
    status = 409


class CannotEnter(EarnestError):
    """What somebody enters by hand cannot be so, or cannot be taken back; the sentence says why."""

    code = "cannot_enter"
    status = 409


class UnknownImport(EarnestError):
    """A file that was let go meanwhile."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__("There is no such file any more: somebody has let it go.")


class FileGone(EarnestError):
    """A file of which nothing is kept any more, though not all of it has landed."""

    code = "file_gone"
    status = 410

    def __init__(self) -> None:
        super().__init__("What was kept of the file is gone after 30 days. Import the file again: no row counts twice.")


class OutOfPlace(EarnestError):
    """A part of a file that does not begin where the last one ended."""

    code = "out_of_place"
    status = 409

    def __init__(self, size: int) -> None:
        super().__init__(f"{size:,} bytes of the file are here: send the next part with at={size}.")


class ImportBegun(EarnestError):
    """A file whose import has begun, of which nothing more can be taken or said."""

    code = "import_begun"
    status = 409

    def __init__(self) -> None:
        super().__init__("The import of this file has begun. Import it again as another file to read it otherwise.")


class NotesUnreadable(EarnestError):
    """The file in which erasures are noted has a line that is none."""

    code = "notes_unreadable"
    status = 500

    def __init__(self, file: Path, line: int) -> None:
        super().__init__(
            f"Line {line} of {file} (ERASURES_FILE) is no erasure. Where the power failed while it was written, delete "
            "it: the erasure is noted again. Otherwise take the file from where it is kept."
        )


class CannotLift(EarnestError):
    """Tombstones that cannot be lifted; the sentence says why."""

    code = "cannot_lift"
    status = 409


class CannotFind(EarnestError):
    """What somebody is to be found by is no handle, address or number; the sentence says why."""

    code = "invalid"
    status = 400


class NotMadeYet(EarnestError):
    """An archive was asked for before its job has made it."""

    code = "not_made_yet"
    status = 409
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("The archive is being made. Ask again in a moment.")


class FileRefused(EarnestError):
    """A file that cannot be read as a table, whatever its columns mean."""

    code = "file_refused"
    status = 400


class LayoutRefused(EarnestError):
    """A way to read a file that does not fit it. The file is kept; another way may be said."""

    code = "layout_refused"
    status = 400

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))


# What can be wrong with one row. The row is set aside under this code with a sentence and a place; the others land.
ROW_CODES = {
    "unreadable": "text that is not text, such as half an emoji",
    "row_too_large": "more than 32 KB",
    "duplicate_key": "one field twice in one object: readers would disagree on which counts",
    "unknown_field": "a field this shape does not have; a misspelt one would be lost in silence",
    "missing": "a required field is absent",
    "invalid": "a value of the wrong type, too long or out of range",
    "control_character": "a NUL anywhere, or an invisible character in an id or handle",
    "unknown_kind": "a kind that is not in the list; it is not guessed",
    "no_identifier": "a person without handle, id, customer number or e-mail address",
    "special_category": "a fact of a kind that the law sets apart, such as health or beliefs; it is not kept here",
    "unknown_account": "from a webhook: of an account for which there is no source",
    "reopened": "from HubSpot: a deal that was won and is no longer; its sentence says what to do",
    "may_not_match": "a link between people, from a source whose policy does not allow matching",
    "link_conflict": "a link that contradicts another one, or that somebody has ended",
    "unknown_channel": "none of this client's channels",
    "in_the_future": "a moment that has not come yet",
    "known_before": "known before it happened",
    "quotes": "in a file: a quote that is not closed, or stands where none may",
    "ruined_id": "in a file: an id that a spreadsheet program cut to a rounded number, such as 1.22158E+17",
    "column_count": "in a file: more or fewer cells than the header has columns",
    "id_conflict": "this id came before, from the same source, with other content",
}
# Why a row was dropped that is neither set aside nor kept.
ERASED = {"erased_subject": "it names somebody whose data were erased"}
