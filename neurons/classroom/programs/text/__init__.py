"""What a program's text says, before it runs: its names and definitions, the sizes that it writes out, its slices."""
