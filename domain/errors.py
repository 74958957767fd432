"""Refusals: every expected no, as a text key with values. The pipeline turns them into words for the person."""


class Refusal(Exception):  # noqa: N818 - a no is no error
    """An expected no. `key` names its text, `params` fill it in; nothing has changed."""

    default_key = "refusal.refused"

    def __init__(self, key: str = "", **params: object) -> None:
        """Say which text; without a key the text of the kind is used."""
        self.key = key or self.default_key
        self.params = params
        super().__init__(f"{self.key} {params}" if params else self.key)


class NotAllowed(Refusal):
    """This person may not do this."""

    default_key = "refusal.not_allowed"


class NotFound(Refusal):
    """There is no such thing, or this person may not know of it."""

    default_key = "refusal.not_found"


class WrongState(Refusal):
    """The record stands where this step cannot be taken."""

    default_key = "refusal.wrong_state"


class Stale(Refusal):
    """Somebody was quicker."""

    default_key = "refusal.stale"


class Invalid(Refusal):
    """What was given is not usable; the text says what would be."""

    default_key = "refusal.invalid"


class Unknown(Refusal):
    """The sender is not known to the school, or has left it."""

    default_key = "refusal.stranger"
