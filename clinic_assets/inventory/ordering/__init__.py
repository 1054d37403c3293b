"""What to order and what to move, shelf by shelf: lead times, expiry, levels, money."""
