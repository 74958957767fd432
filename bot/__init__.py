"""The bot that runs."""
