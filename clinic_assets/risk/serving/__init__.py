"""From the warehouse to the score tables: facts, months' models, and the days that they serve."""
