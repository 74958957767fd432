"""Settings, and the school's own data."""
