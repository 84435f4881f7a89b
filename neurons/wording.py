"""Values put into words, for error messages and for `repr`: short, and never raising."""


def show(value):
    """`value` in at most 60 characters, with its type where that says something."""
    try:
        text = repr(value) if isinstance(value, (int, float, type(None))) else f"{type(value).__name__} {value!r}"
    except Exception:  # a foreign object's repr, or an int with too many digits to print
        text = f"an object of type {type(value).__name__}"
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def short(value):
    """A number in four digits, a list cut after two of them, anything else cut after 24 characters."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        more = f", ... {len(value)}" if len(value) > 2 else ""
        return "[" + ", ".join(short(item) for item in value[:2]) + more + "]"
    return str(value)[:24]


def describe(owner, names):
    """`name: w=[0.1, 0.2] b=0.3 ...`, from the attributes that `names` lists as {shown: attribute}.

    A debugger asks for it at any moment, also before `__init__` is through, so nothing here may raise.
    """
    parts = []
    for shown, attribute in names.items():
        try:
            parts.append(f"{shown}={short(getattr(owner, attribute))}")
        except Exception:
            parts.append(f"{shown}=?")
    try:
        name = str(owner.name)[:24]
    except Exception:
        name = type(owner).__name__.lower()
    return f"{name}: {' '.join(parts)}"
