"""Models that play a role in a run: where they come from, how the embedded one is served, how any one is called."""
