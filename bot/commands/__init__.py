"""What the console command does, a module for each group of commands; bot.cli reads the command line."""


class CommandError(Exception):
    """Something that the caller can put right; its text says how."""
