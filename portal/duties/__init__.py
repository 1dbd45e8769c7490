"""The pages of duties: work items, grid offices, boundary duties, direct supervision."""
