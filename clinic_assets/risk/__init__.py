"""Who will not come: cancellation and no-show risk, honest about what was known when."""
