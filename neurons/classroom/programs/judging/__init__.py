"""The verdict: is the program right, and if not, which line is wrong, and what mends it."""
