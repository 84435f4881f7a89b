"""Which calls train a program: its own loops, those that its names suggest, and the search among them."""
