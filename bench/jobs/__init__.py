"""The jobs that are measured, a file each."""
