"""Checkpoints: the state of a training in a file, from which the same `fit` goes on as if nothing had happened.

A checkpoint is a model file with one entry more, "training": the settings, the epochs done, the history, the random
generator and the order of the examples. The optimiser's memory stands among the numbers. Times are not kept.
"""

import copy
import hashlib
import os
import random
import time

from neurons.errors import FileError, NeuronsError
from neurons.storage.files import checked_path
from neurons.storage.formats import LARGEST, check_keys, plain_lists
from neurons.storage.models import CHECKPOINT, describe, numbers_of, read, set_numbers, write
from neurons.text import show

HISTORY = ("loss", "accuracy", "validation_loss", "validation_accuracy")
DATA = ("inputs", "labels", "validation_data")  # of these a file holds fingerprints
MOST_STEPS = 2**53  # of an optimiser: a float can still count them
SECONDS_BETWEEN_SAVES = 1.0  # a save takes milliseconds, an epoch of XOR some microseconds


class Checkpoint:
    """The file at `path`, and all that `fit` keeps in it.

    `training` is an engine's, `settings` are plain values; of the examples the file holds only fingerprints. `resume`
    fills the training's model, optimiser, generator and order, and `history`, all or none of them; `save` looks at
    them.
    """

    def __init__(self, path, training, history, settings, validation_data):
        self.path, _ = checked_path(path, tuple(LARGEST))
        self.training, self.history = training, history
        self.model, self.optimiser, self.engine = training.model, training.optimiser, training.engine
        optimiser = self.optimiser
        words = ("name", "settings", "memory", "counters")
        if not all(word in vars(type(optimiser)) for word in words):  # those of a parent say nothing of its own state
            raise NeuronsError(
                f"a checkpoint needs an optimiser whose class names its {', '.join(words)}, as SGD and Adam do, but got"
                f" {show(optimiser)}"
            )
        seed = settings["seed"]
        self.settings = {**settings, "seed": None if seed is None else int(seed), "optimiser": optimiser.name}
        for name in optimiser.settings:
            self.settings[name] = getattr(optimiser, name)
        self.settings["inputs"] = self.fingerprint(training.inputs)
        self.settings["labels"] = self.fingerprint(training.labels)
        self.settings["validation_data"] = None if validation_data is None else self.fingerprint(*validation_data)
        self.finished = False
        self.saved_at = None  # seconds, of a clock that never goes back

    def resume(self):
        """Take everything from the file, if there is one; return how many epochs are done.

        Without a file one is written: a path that cannot be written shows before the training, not after it. Raises
        `FileError` for a damaged file, and for one of another training.
        """
        if not os.path.exists(self.path):
            self.save(0, finished=False)
            return 0
        description, numbers = read(self.path)
        try:
            training = self.checked_training(description, numbers)
            rng = restored_generator(self.training.rng, training["generator"])
        except FileError as error:
            raise FileError(f"{self.path} cannot be resumed: {error}") from None

        set_numbers(self.model, numbers)
        for name in self.optimiser.memory:
            tables = [numbers[f"{name}[{layer_idx}]"] for layer_idx in range(len(self.model.layers))]
            setattr(self.optimiser, name, self.engine.memory_from(tables, self.model))
        for name in self.optimiser.counters:
            setattr(self.optimiser, name, training["counters"][name])
        for name in HISTORY:
            getattr(self.history, name)[:] = training["history"][name]
        self.training.order[:] = training["order"]
        self.training.rng = rng
        self.finished, self.saved_at = training["finished"], time.monotonic()
        return training["epoch"]

    def save(self, epoch, finished):
        """Write the state after `epoch` epochs; not again within a second, unless the training is `finished`."""
        self.finished = bool(finished)
        now = time.monotonic()
        if not finished and self.saved_at is not None and now - self.saved_at < SECONDS_BETWEEN_SAVES:
            return
        description = describe(self.model)
        description["format"] = CHECKPOINT
        description["training"] = {
            "settings": self.settings,
            "epoch": epoch,
            "finished": self.finished,
            "history": {name: getattr(self.history, name) for name in HISTORY},
            "memory": list(self.optimiser.memory),
            "counters": {name: getattr(self.optimiser, name) for name in self.optimiser.counters},
            "order": plain_lists(self.training.order),
            "generator": generator_state(self.training.rng),
        }
        write(self.path, description, {**numbers_of(self.model), **self.remembered()})
        self.saved_at = time.monotonic()

    def remembered(self):
        """The optimiser's memory, a table per layer with a row per neuron; zeros before its first step."""
        numbers = {}
        for name in self.optimiser.memory:
            for layer_idx, table in enumerate(self.engine.tables_from(getattr(self.optimiser, name), self.model)):
                numbers[f"{name}[{layer_idx}]"] = table
        return numbers

    def checked_training(self, description, numbers):
        """The entry "training" of a file; a `FileError` if it is of another model or `fit`, or damaged."""
        if description["format"] != CHECKPOINT:
            raise FileError("it is a saved model, not a checkpoint; choose another name for the checkpoint")
        here = describe(self.model)
        for word in ("engine", "dtype", "sizes", "layers", "loss"):
            if description[word] != here[word]:
                raise FileError(f"its model has {word} {show(description[word])}, and this one {show(here[word])}")
        training = description["training"]
        types = {"settings": dict, "epoch": int, "finished": bool, "history": dict, "memory": list, "counters": dict}
        check_keys(training, types | {"order": list, "generator": dict}, "training")
        self.check_same_settings(training["settings"])

        epoch, num_examples = training["epoch"], len(self.training.order)
        if not training["finished"] <= epoch <= self.settings["epochs"] - (not training["finished"]):
            raise FileError(f"it is damaged: {show(epoch)} of {self.settings['epochs']} epochs done")
        check_keys(training["history"], dict.fromkeys(HISTORY, list), "history")
        for name, values in training["history"].items():
            if len(values) not in ((epoch,) if name == "loss" else (0, epoch)) or {*map(type, values)} - {float}:
                raise FileError(f"history: {name} must be {epoch} numbers but is {show(values)}")
        memory = list(self.optimiser.memory)
        if training["memory"] != memory:
            raise FileError(f"{self.optimiser} has a memory of {memory}, not of {show(training['memory'])}")
        check_keys(training["counters"], dict.fromkeys(self.optimiser.counters, int), "counters")
        if not all(0 <= count < MOST_STEPS for count in training["counters"].values()):
            raise FileError(f"counters must be at least 0 and below 2**53 but are {show(training['counters'])}")
        for name, table in numbers.items():
            if name.startswith("squares[") and any(min(row) < 0.0 for row in plain_lists(table)):
                raise FileError(f"{name} must be at least 0, as squares are, but a number in it is not")
        order = training["order"]
        if {*map(type, order)} != {int} or sorted(order) != list(range(num_examples)):
            raise FileError(f"order must hold each of {num_examples} examples once but is {show(order)}")
        return training

    def check_same_settings(self, settings):
        """Raise the `FileError` that names the first argument of `fit` that is not what it was."""
        for name, value in self.settings.items():
            if settings.get(name) != value:
                was, now = f"{name}={show(settings.get(name))}", f"{name}={show(value)}"
                if name in DATA:
                    was, now = f"other {name}", "these"
                raise FileError(
                    f"it is of a training with {was}, and this one has {now}; call fit as before, or choose another"
                    f" name for the checkpoint"
                )
        check_keys(settings, {name: type(value) for name, value in self.settings.items()}, "settings")

    def fingerprint(self, *tables):
        """A short text that differs for different examples."""
        digest = hashlib.sha256()
        for examples in tables:
            for piece in self.engine.pieces_of(examples):
                digest.update(piece)
        return f"sha256 {digest.hexdigest()[:32]}"


def generator_state(rng):
    """Where a `random.Random` or a NumPy generator stands, as plain values; nothing for None."""
    if rng is None:
        return {}
    if isinstance(rng, random.Random):
        version, numbers, _ = rng.getstate()  # the third is for normal numbers, which no order is made of
        return {"version": version, "numbers": list(numbers)}
    return rng.bit_generator.state


def restored_generator(rng, state):
    """A generator like `rng` in this state, or the `FileError` for a state that none can have."""
    rng = copy.deepcopy(rng)
    try:
        if isinstance(rng, random.Random):
            rng.setstate((state["version"], tuple(state["numbers"]), None))
        elif rng is not None:
            rng.bit_generator.state = state
    except Exception:  # each generator has its own complaints
        raise FileError("training: generator is not the state of a random generator") from None
    if generator_state(rng) != state:
        raise FileError("training: generator is not the state of a random generator")
    return rng
