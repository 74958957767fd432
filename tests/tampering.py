"""Somebody who changes the history past the house: the database refuses that, until they take its guards away."""

from services.database import connection_in_hand

GUARDS = {
    "sqlite": ("DROP TRIGGER history_no_update", "DROP TRIGGER history_no_delete"),
    "postgres": ("DROP TRIGGER history_no_change ON history",),
}


async def unguarded() -> None:
    """From now on the history of the open database can be changed."""
    connection = connection_in_hand()
    for statement in GUARDS[connection.capabilities.dialect]:
        await connection.execute_query(statement)


async def run(statement: str) -> None:
    """What somebody does to the open database."""
    await connection_in_hand().execute_query(statement)
