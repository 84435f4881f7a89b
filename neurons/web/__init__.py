"""Pages that need no installation: draw a digit."""
