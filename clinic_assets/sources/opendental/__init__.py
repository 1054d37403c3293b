"""A dental practice that runs OpenDental: the copy of its database, and what becomes of it here."""
