"""Options that the commands have in common."""


def add_number(command, option, metavar, default, text):
    """Add an option that takes a number like its default, which the help names."""
    command.add_argument(
        option, type=type(default), default=default, metavar=metavar, help=f"{text} (default {default:g})"
    )
