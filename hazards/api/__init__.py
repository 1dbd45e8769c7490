"""Hazards for phones and other systems: the same services as the pages."""
