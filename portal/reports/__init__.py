"""What the pages of the portal show: figures and rows of several apps together."""
