"""Machines on campus: the link between the house and what rings, speaks and sees there (not in this version)."""
