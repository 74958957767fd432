"""The floor: hand-written programs that do only the unavoidable work, as quick as we can make them, in layers."""
