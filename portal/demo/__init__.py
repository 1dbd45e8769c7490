"""The demo county: its places, register, people and hazards, made from a seed.

Everything but ``load`` is plain Python without Django, so that the content can be
read, tested and drawn without a database.
"""
