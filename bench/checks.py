"""After the last round: does the database say the same as the ledger? Every difference voids the run."""

from collections.abc import Sequence

from bench.databases import Databases
from bench.ledger import Case, Ledger

SENT = "SELECT count(*), count(DISTINCT event_id) FROM inbox WHERE event_id LIKE 'm:%'"
WAITING = (
    "SELECT (SELECT count(*) FROM inbox WHERE state <> 'done'), (SELECT count(*) FROM outbox WHERE state <> 'done')"
)
ORDERS = """
SELECT w.raw_text, w.state, r.account, coalesce(a.account, ''),
    (SELECT count(*) FROM history h WHERE h.subject = 'work_order' AND h.subject_id = w.id)
FROM work_orders w JOIN accounts r ON r.person_id = w.reporter_id LEFT JOIN accounts a ON a.person_id = w.assignee_id
"""


async def accepted(databases: Databases, url: str, sent: int) -> list[str]:
    """Was each callback that was answered with 200 written down once? Returns what is wrong."""
    rows, events = (await databases.ask(url, SENT))[0]
    return [] if rows == events == sent else [f"accept: {sent} were acknowledged, {rows} rows hold {events} events"]


async def waiting(databases: Databases, url: str) -> list[str]:
    """Events and items that are not done, as a sentence; nothing when none are."""
    events, items = (await databases.ask(url, WAITING))[0]
    return [f"{events} events and {items} items are not done"] if events or items else []


async def handled(databases: Databases, url: str, ledger: Ledger) -> list[str]:
    """Is each message one work order, moved as far as it was pressed, and does nothing wait?"""
    problems = await waiting(databases, url)
    orders = await databases.ask(url, ORDERS)
    wanted = sorted(_line(case) for case in ledger.cases.values())
    found = sorted(_stripped(order) for order in orders)
    if wanted != found:
        odd = sorted(set(wanted) ^ set(found))[:3]
        problems.append(f"{len(wanted)} reports, {len(found)} work orders; the first that differ: {odd}")
    undone = [c.number for c in ledger.cases.values() if len(c.changed if c.pressed else c.cards) < 2]
    if undone:
        problems.append(f"reports whose cards are not there: {undone[:5]}")
    return problems + ledger.faults


def _line(case: Case) -> tuple[str, str, str, str, int]:
    """A case as its work order should stand."""
    accepted = case.pressed
    owner = case.owner if accepted else ""
    return (str(case.number), "accepted" if accepted else "reported", case.reporter, owner, 1 + accepted)


def _stripped(order: Sequence[object]) -> tuple[str, str, str, str, int]:
    """A work order in the same shape; its number is what the words end in."""
    words, state, reporter, assignee, steps = order
    number = str(words).rpartition("第")[2].removesuffix("次")
    return (number, str(state), str(reporter), str(assignee), int(str(steps)))
