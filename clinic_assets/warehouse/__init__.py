"""Where: Postgres, contracts, and the one way to write. Nothing clinical lives here."""
