"""The rules of the school's logistics: pure Python, no await, no framework."""
