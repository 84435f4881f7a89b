"""What takes the place of modules, functions and values that are not here."""

import types


class Nothing(types.ModuleType):
    """Stands in for a module, a function or a value that is not there: it takes everything and gives no number."""

    __path__: list = []

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Nothing(name)

    def __call__(self, *arguments, **keywords):
        is_decorator = len(arguments) == 1 and not keywords and isinstance(arguments[0], (types.FunctionType, type))
        return arguments[0] if is_decorator else Nothing("result")

    def __iter__(self):
        return iter(())

    def __getitem__(self, key):
        return Nothing("item")

    def __setitem__(self, key, value):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def __deepcopy__(self, memo):
        return self

    def __mro_entries__(self, bases):
        return (object,)


class Bar(Nothing):
    """Stands in for a progress bar: it hands over what it is given, and takes everything else."""

    write = set_lock = staticmethod(lambda *_, **__: None)

    def __init__(self, items=(), *_, **__):
        super().__init__("bar")
        self.items = items

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)
