"""A copy of a dental practice's tables against the limit and against other tools; __main__.py."""
