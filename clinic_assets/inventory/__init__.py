"""Stock health: how long each shelf lasts and what to order."""
