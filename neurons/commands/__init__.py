"""The commands of `python -m neurons`: one file each, with its DESCRIPTION, `add_options` and `run`."""
