"""Router: exact names lead to handlers. Every room fills its own; `include` joins them."""

from collections.abc import Awaitable, Callable
from typing import Self, TypeVar

from bot.core.context import Context
from bot.core.event import Kind
from domain.numbers import numbers_in
from services.forms import Question
from understanding.reading import Intent, Reading

Handler = Callable[[Context], Awaitable[None]]
Answer = Callable[[Context, Question], Awaitable[Handler | None]]
"""Says who takes a sentence as the answer to a question; None when it is none."""
K = TypeVar("K")
H = TypeVar("H", Handler, Answer)


class Router:
    """Six tables: words that begin a message, intents of a sentence, subjects of presses, answers and ticks, kinds."""

    def __init__(self) -> None:
        """Begin empty."""
        self.commands: dict[str, Handler] = {}
        self._longest = 0
        self.intents: dict[Intent, Handler] = {}
        self.presses: dict[str, Handler] = {}
        self.answers: dict[str, Answer] = {}
        self.kinds: dict[Kind, Handler] = {}
        self.ticks: dict[str, Handler] = {}

    def command(self, *words: str) -> Callable[[Handler], Handler]:
        """A handler for messages that begin with one of these words."""
        folded = [word.casefold() for word in words]
        self._longest = max([self._longest, *map(len, folded)])
        return self._register(self.commands, *folded)

    def intent(self, *intents: Intent) -> Callable[[Handler], Handler]:
        """A handler for sentences that mean one of these."""
        return self._register(self.intents, *intents)

    def press(self, subject: str) -> Callable[[Handler], Handler]:
        """A handler for all buttons of a subject: their names are `subject:id:…`."""
        return self._register(self.presses, subject)

    def answer(self, subject: str) -> Callable[[Answer], Answer]:
        """Whoever finds out whether a sentence answers a question that was asked about a subject."""
        return self._register(self.answers, subject)

    def kind(self, kind: Kind) -> Callable[[Handler], Handler]:
        """A handler for all events of a kind."""
        return self._register(self.kinds, kind)

    def tick(self, subject: str) -> Callable[[Handler], Handler]:
        """A handler for timed events of a subject."""
        return self._register(self.ticks, subject)

    @staticmethod
    def _register(table: dict[K, H], *names: K) -> Callable[[H], H]:
        def keep(handler: H) -> H:
            for name in names:
                if name in table:
                    raise ValueError(f"{name} leads to two handlers")
                table[name] = handler
            return handler

        return keep

    def include(self, other: Self) -> None:
        """Take in all routes of another room."""
        for mine, theirs in zip(self._tables(), other._tables(), strict=True):
            if twice := mine.keys() & theirs.keys():
                raise ValueError(f"{sorted(map(str, twice))} lead to two handlers")
            mine.update(theirs)
        self._longest = max(self._longest, other._longest)

    def _tables(self) -> tuple[dict[object, Handler], ...]:
        return (self.commands, self.intents, self.presses, self.answers, self.kinds, self.ticks)  # type: ignore[return-value]

    def split(self, text: str) -> tuple[Handler, str, str] | None:
        """The handler of a message that begins with a command word, the word, and what follows it.

        The word stands alone: 接单 W… and 接单W… are commands, 继续漏水 and repairing are sentences to be read. The
        longest word wins: 催一下 before 催. A record's number may stand first: W… 接单; alone it asks how that stands.
        """
        if command := self._split(text):
            return command
        named = numbers_in(text)
        if not named.leads or len(named.numbers) != 1:
            return None
        number = named.numbers[0]
        if not named.rest and not number.bare:
            return self.intents[Intent.STATUS], "", number.said
        if command := self._split(named.rest):
            handler, word, rest = command
            return handler, word, f"{number.said} {rest}".strip()
        return None

    def meant(self, reading: Reading) -> Handler:
        """Who takes a sentence for what it means; whoever names a record is shown it, and what can be done with it."""
        intent = Intent.STATUS if reading.intent is Intent.OTHER and reading.record else reading.intent
        return self.intents.get(intent, self.intents[Intent.OTHER])

    def _split(self, text: str) -> tuple[Handler, str, str] | None:
        folded = text.casefold()
        for length in range(min(len(folded), self._longest), 0, -1):
            word, rest = folded[:length], text[length:]
            if word in self.commands and not _runs_on(word, rest[:1]):
                return self.commands[word], word, rest.strip(" ,，:：。\t\n")
        return None


def _runs_on(word: str, following: str) -> bool:
    """Is this letter part of the same word? Chinese words end where Latin letters or digits begin."""
    return following.isalnum() and following.isascii() == word.isascii()
