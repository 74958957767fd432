"""The engine room: events in, cards out. Knows nothing of schools."""
