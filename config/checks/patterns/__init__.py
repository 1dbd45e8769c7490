"""The project's own lint: what security and architecture forbid, by rule name.

An exception is a line in ``allowed.toml`` with a written reason; one that no longer
excuses anything fails as well, so that the list stays short and true.
"""
