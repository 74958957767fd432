"""The school of the bench: a district's desk with many trades, so that nobody gets more messages than a person may.

The vendor drops a person's thirty-first message of a minute, and the courier holds to that. Hundreds of reports a
second therefore need hundreds of reporters and of owners: each trade has one owner, and a report names a device by the
number on its sticker, which tells its trade. Everything is numbered from 1 and the same in every run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.data import FOLDER

ROOMS = 400
"""Of eight buildings with five floors each."""
HEAD = "b0001"
"""The head of logistics, who may look at everything."""
OWN_TRADES = '\n[[categories]]\nkey = "{key}"\n\n[categories.labels]\nzh_CN = "{number}组"\nen = "Crew {number}"\n'


@dataclass(frozen=True, slots=True)
class BenchSchool:
    """How large the school is: as many `trades` as owners, each with one device."""

    teachers: int = 1000
    trades: int = 1000

    @property
    def size(self) -> int:
        """People in all."""
        return self.teachers + self.trades + 1

    def teacher(self, number: int) -> str:
        """The account of a reporter; numbers beyond the last begin again."""
        return f"a{number % self.teachers + 1:04d}"

    def owner(self, number: int) -> str:
        """The account of the one owner of a trade."""
        return f"c{number % self.trades + 1:04d}"

    def sentence(self, number: int) -> str:
        """A report about the one device of a trade."""
        trade = number % self.trades + 1
        return f"报修 {_building(trade)}{_room(trade)} SB-{trade:04d} 坏了 第{number}次"

    def person_of(self, account: str) -> int:
        """The id of the person behind an account."""
        number = int(account[1:])
        return number + {"a": 0, "c": self.teachers, "b": self.teachers + self.trades}[account[0]]

    def tables(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The rows of this school by model, those that others point to first; what is not named has its default."""
        people = list(self._people())
        yield "Person", [{k: v for k, v in row.items() if k not in {"account", "team"}} for row in people]
        yield (
            "Account",
            [
                {"id": row["id"], "channel": "wecom", "account": row["account"], "person_id": row["id"]}
                for row in people
            ],
        )
        yield "Membership", [{"id": r["id"], "team": r["team"], "person_id": r["id"]} for r in people if r["team"]]
        yield "Place", [_place(number) for number in range(1, ROOMS + 1)]
        yield "Asset", [_device(number) for number in range(1, self.trades + 1)]

    def _people(self) -> Iterator[dict[str, Any]]:
        for letter, count, role in (("a", self.teachers, "teacher"), ("c", self.trades, "repairer")):
            for number in range(1, count + 1):
                account = f"{letter}{number:04d}"
                team = _trade(number) if role == "repairer" else ""
                yield _person(self.person_of(account), account, role) | {"team": team}
        yield _person(self.person_of(HEAD), HEAD, "logistics_head") | {"team": ""}

    def write_catalog(self, folder: Path) -> Path:
        """The school's folder with its own catalogue: the trades that the bot knows, and one a device."""
        folder.mkdir(parents=True, exist_ok=True)
        own = (OWN_TRADES.format(key=_trade(number), number=number) for number in range(1, self.trades + 1))
        usual = (FOLDER / "catalog.toml").read_text(encoding="utf-8")
        (folder / "catalog.toml").write_text(usual + "".join(own), encoding="utf-8")
        return folder


def _person(number: int, account: str, role: str) -> dict[str, Any]:
    return {"id": number, "staff_no": account.upper(), "name": f"{role[0].upper()}{account}", "roles": [role],
            "account": account}  # fmt: skip


def _trade(number: int) -> str:
    return f"crew_{number:04d}"


def _building(number: int) -> str:
    return f"{(number - 1) % 8 + 1}号楼"


def _room(number: int) -> str:
    place = (number - 1) % ROOMS // 8
    return f"{place // 10 + 1}{place % 10 + 1:02d}"


def _place(number: int) -> dict[str, Any]:
    building, room = _building(number), _room(number)
    name = f"{building}{room}教室"
    return {"id": number, "code": _code(number), "building": building, "floor": room[0], "room": room, "name": name}


def _code(number: int) -> str:
    return f"L{(number - 1) % 8 + 1}-{_room(number)}"


def _device(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"SB-{number:04d}",
        "name": f"{number}号设备",
        "category": _trade(number),
        "place": _code(number),
    }
