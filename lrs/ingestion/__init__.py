"""How much arrives: sums per minute and hour, counted behind the hot path."""
