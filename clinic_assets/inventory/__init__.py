"""Stock: how long each shelf lasts, what will be wanted, what to order and what to move."""
