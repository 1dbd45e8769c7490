"""The demo county: its places, register, people and hazards, made from a seed.

Only ``load`` knows the database; all else is content that can be read, tested and
drawn without one.
"""

from portal.demo.people import DEMO_PASSWORD, SIGN_INS

__all__ = ["DEMO_PASSWORD", "SIGN_INS"]
