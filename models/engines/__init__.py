"""The databases as the ORM speaks to them, but for one thing: who could not begin leaves nothing locked behind.

Tortoise 1.1 keeps the lock of SQLite's one connection when that cannot be opened, and a connection of PostgreSQL's pool
when a transaction cannot begin on it, which then stays the task's own: from there on everybody waits for ever.
"""
