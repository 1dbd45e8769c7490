"""The pages of photos and of jobs."""
