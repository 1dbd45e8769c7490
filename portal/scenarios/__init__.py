"""Four real places at their published size, filled with invented content.

The counts are the places' own (``sizes``); every name of a village, an enterprise
or a person is made up, and so is every hazard. The same seed gives the same rows.
"""
