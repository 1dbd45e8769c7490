"""The gates of the project: ``python -m config.checks [lint|test|STEP …]``."""
