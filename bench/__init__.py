"""The bench: how quick the bot is, beside what the machine gives a program that does only the unavoidable work."""
