"""What comes in: one room a system, from extract to cleaned rows in the clinic's vocabulary."""
