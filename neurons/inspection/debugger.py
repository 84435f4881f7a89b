"""A pdb that knows neurons: on to the next neuron or phase, the gradients known so far, and why one is what it is.

It only adds to pdb: where it stops it says which neuron is at work, and it has six commands more. None of them hides a
name: followed by Python (`net.layers`, `why = 1`) they are Python.
"""

import bdb
import pdb
import sys
from typing import Any

from neurons.errors import NeuronsError
from neurons.inspection.recorder import PHASES, name_of, neuron_at, owner_of, phase_at, statement_at, with_numbers
from neurons.layer import Layer
from neurons.model import Model
from neurons.neuron import Neuron
from neurons.wording import short

COMMANDS = ("nn", "un", "phase", "grads", "why", "net")
WHAT_IT_CAN = "More than pdb: nn, un NAME, phase, grads, why NAME, net (help nn: what nn does)"
PASSES = ("forward", "backward_pass", "step")
MOST_WEIGHTS = 4  # shown of a neuron
MOST_NEURONS = 12  # shown of a layer
UNKNOWN = "?"


def set_trace() -> None:
    """Stop here, in a pdb that knows neurons; `help nn` explains its commands.

    Works in a terminal and in a notebook, where `breakpoint()` does nothing. Raises `NeuronsError` under pytest where
    that keeps the keyboard for itself.
    """
    if type(sys.stdin).__module__.startswith("_pytest"):
        raise NeuronsError(
            "pytest keeps the keyboard for itself: run it as pytest -s, or write breakpoint() instead and run"
            " pytest --pdbcls=neurons.debug:Debugger"
        )
    debugger = Debugger()
    other = other_tool()
    if other:
        debugger.message(f"{other} was following the program line by line: from here on this debugger does instead.")
    debugger.set_trace(sys._getframe().f_back)


def other_tool():
    """What follows the program line by line already, other than a pdb; "" if nothing does."""
    tracer = sys.gettrace()
    if tracer is None:
        monitoring = getattr(sys, "monitoring", None)  # since Python 3.12
        return (monitoring.get_tool(monitoring.DEBUGGER_ID) or "") if monitoring is not None else ""
    owner = getattr(tracer, "__self__", tracer)
    if isinstance(owner, bdb.Bdb):
        return ""
    return f"Another tool ({getattr(owner, '__module__', None) or type(owner).__module__})"


class Debugger(pdb.Pdb):
    """pdb with the commands nn, un, phase, grads, why and net."""

    goal: Any = None  # frame -> whether to stop at its first line; None while pdb decides
    wanted = ""  # the goal in words
    has_said_what_it_can = False
    commands_resuming = [*pdb.Pdb.commands_resuming, "do_nn", "do_un", "do_phase"]

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        if "backend" in settings:  # since Python 3.14; `goal` relies on the other one
            settings["backend"] = "settrace"
        super().__init__(*arguments, **settings)

    def reset(self):
        self.goal = None  # a program that is started again stops at its first line
        super().reset()

    # ---- going on to a goal

    def go_on_to(self, wanted, goal):
        """Let the program run to the next frame that `goal` accepts, a breakpoint, or the end of the script or cell."""
        model = self.model()
        if model is not None and not isinstance(model.layers[0], Layer):
            wanted += " (in a model of arrays no neuron works by itself: take model.as_neurons())"
        self.wanted, self.goal = wanted, goal
        home = self.home()
        if self.frame_returning is home:
            self.give_up()
            return True
        if home.f_trace is None:
            home.f_trace = self.trace_dispatch
        self._set_stopinfo(None, home)  # type: ignore[attr-defined]
        return True

    def home(self):
        """The frame of the script, module or notebook cell that runs: at its end there is nothing more to go on to."""
        frames = [frame for frame, _ in self.stack]
        for frame in frames:  # IPython runs the statements of a cell one by one
            if frame.f_code.co_name == "run_ast_nodes":
                return frame
        for frame in reversed(frames):
            if frame.f_code.co_name == "<module>":
                return frame
        return frames[0]

    def give_up(self):
        self.message(f"The end: no further {self.wanted}. The program goes on.")
        self.goal = None
        self.set_continue()

    def stop_here(self, frame):
        return super().stop_here(frame) if self.goal is None else self.goal(frame)

    def user_call(self, frame, argument_list):
        if self.goal is None:  # else at the first line, where there is something to see
            super().user_call(frame, argument_list)

    def user_line(self, frame):
        self.goal = None
        super().user_line(frame)

    def user_return(self, frame, return_value):
        if self.goal is None:
            super().user_return(frame, return_value)
        else:
            self.give_up()

    def new_pass(self, name=None):
        """A goal: the next pass of a neuron, of the one called `name` if that is given."""
        running = {frame for frame, _ in self.stack}

        def goal(frame):
            word = frame.f_code.co_name
            if word not in PASSES or frame in running:
                return False
            neuron = owner_of(frame)
            if not isinstance(neuron, Neuron) or (name is not None and name_of(neuron) != name):
                return False
            caller = frame.f_back  # a neuron that calls itself has begun this pass already
            return caller.f_code.co_name != word or owner_of(caller) is not neuron

        return goal

    def do_nn(self, arg):
        """nn

        Next neuron: go on to the next forward, backward_pass or step of a neuron, and stop at its first line.
        Enter alone does it again. In a model of arrays no neuron works by itself: take model.as_neurons().
        """
        if self.takes_no_name("nn", arg):
            return self.go_on_to("neuron", self.new_pass())

    def do_un(self, arg):
        """un NAME

        Until neuron NAME, such as un hidden[1]: go on to its next forward, backward_pass or step.
        """
        names = [neuron.name for neuron in self.neurons()]
        if not arg:
            self.error(f"un needs the name of a neuron{in_words(names)}")
        elif names and arg not in names:
            self.error(f"there is no neuron called {arg}{in_words(names)}")
        else:
            return self.go_on_to(f"pass of {arg}", self.new_pass(arg))

    def do_phase(self, arg):
        """phase

        Next phase: go on to the next forward pass, loss, backward pass or step, and stop at its first line.
        """
        if not self.takes_no_name("phase", arg):
            return None
        running = {frame for frame, _ in self.stack}
        now = phase_at(self.stack[-1][0])

        def goal(frame):
            if frame.f_code.co_name not in PHASES or frame in running:
                return False
            phase = phase_at(frame)
            if phase is None or (phase == now == "loss"):
                return False
            return phase_at(frame.f_back) != phase

        return self.go_on_to("phase", goal)

    # ---- looking

    def do_grads(self, arg):
        """grads

        The gradients of this example that are known so far, a row per neuron; > marks the neuron at work.
        """
        if self.takes_no_name("grads", arg):
            self.look(lambda: self.show_table(self.gradient_cells))

    def do_net(self, arg):
        """net

        The network with its numbers, a row per neuron; > marks the neuron at work. ? is not known yet.
        """
        if self.takes_no_name("net", arg):
            self.look(self.show_network)

    def do_why(self, arg):
        """why NAME

        Why a gradient is what it is, such as why hidden[0].w[1], why output[0].b or why x[0].
        """

        def explain():
            model = self.model()
            if model is None:
                self.error("there is no model here to ask")
            elif not arg:
                self.error("why needs the name of a gradient, such as why hidden[0].w[1]")
            else:
                try:
                    self.message(str(model.why(arg)))
                except NeuronsError as error:
                    self.error(str(error))

        self.look(explain)

    def look(self, show):
        """Call `show()`, and keep what was assigned at the prompt: before 3.13 a look at a frame's names undoes it."""
        names: Any = self.curframe_locals if sys.version_info < (3, 13) else {}
        assigned = dict(names)
        try:
            show()
        except AttributeError as error:
            self.error(f"something is not built yet: {error}")
        finally:
            names.update(assigned)

    def print_stack_entry(self, frame_lineno, *arguments, **settings):
        print_it = super().print_stack_entry
        self.look(lambda: print_it(frame_lineno, *arguments, **settings))
        frame = frame_lineno[0]
        if frame is self.curframe:
            self.look(lambda: self.say_where(frame))
        if not self.has_said_what_it_can:
            self.has_said_what_it_can = True
            self.message(WHAT_IT_CAN)

    def say_where(self, frame):
        """The neuron at work, the phase, and the numbers in the line to be executed."""
        statement, name, phase = statement_at(frame), neuron_at(frame)[1], phase_at(frame)
        if not name and not phase:
            return
        if statement is None:
            numbers = ""
        elif statement.source.startswith("if not ("):  # the check of what came in: what did?
            code = frame.f_code
            came_in = [(word, frame.f_locals.get(word)) for word in code.co_varnames[1 : code.co_argcount]]
            numbers = ", ".join(f"{word} = {short(value)}" for word, value in came_in)
        else:
            numbers = with_numbers(frame).removeprefix(statement.source).strip()
        self.message("   " + ", ".join(filter(None, [name, phase])) + (f":   {numbers}" if numbers else ""))

    def show_network(self):
        neurons = self.neurons()
        if neurons:
            unknown = self.of_another_example()
            inputs = neurons[0].input_activation
            known = inputs is not None and id(neurons[0]) not in unknown
            values = [number(value) if known else UNKNOWN for value in (inputs if inputs is not None else [])]
            texts = [f"x[{i}] {value}" for i, value in enumerate(values[:MOST_WEIGHTS])]
            self.message("  " + "   ".join(texts) + cut(values) if texts else "  no inputs yet")
        self.show_table(network_cells)

    def show_table(self, cells_of):
        """A row per neuron: `cells_of(neuron, is_known)` gives three groups of {heading: text}."""
        neurons = self.neurons()
        if not neurons:
            self.error("there is no model, layer or neuron here")
            return
        unknown = self.of_another_example()
        active = neuron_at(self.stack[-1][0])[0]
        rows = []
        headings: list[dict[str, None]] = [{}, {}, {}]
        for neuron in neurons:
            groups = cells_of(neuron, id(neuron) not in unknown)
            for group_headings, group in zip(headings, groups, strict=True):
                group_headings.update(dict.fromkeys(group))
            rows.append((neuron is active, neuron, {**groups[0], **groups[1], **groups[2]}))
        self.show_rows(rows, [*headings[0], *headings[1], *headings[2]])

    def show_rows(self, rows, headings):
        """Print {heading: text} of each neuron, in columns."""
        widths = {heading: max(len(heading), *(len(row[2].get(heading, "")) for row in rows)) for heading in headings}
        name_width = max(len(neuron.name) for _, neuron, _ in rows)
        self.message("  " + " " * name_width + "".join(f"  {heading:>{widths[heading]}}" for heading in headings))
        for is_active, neuron, cells in shortened(rows):
            if neuron is None:
                self.message(f"  ... {cells} more")
                continue
            text = "".join(f"  {cells.get(heading, ''):>{widths[heading]}}" for heading in headings)
            self.message(f"{'>' if is_active else ' '} {neuron.name:<{name_width}}{text}".rstrip())

    def gradient_cells(self, neuron, is_known):
        """The factors, the weights' gradients and the bias's gradient of a neuron."""
        factors = {"dL/da": neuron.output_gradient, "da/dz": neuron.activation_gradient, "dL/dz": neuron.error}
        gradients = gradients_so_far(neuron, self.stack) if is_known else None
        bias_gradient = {"dL/db": neuron.bias_gradient}
        return (
            numbers(factors, is_known),
            listed(gradients, neuron.num_inputs, "dL/dw"),
            numbers(bias_gradient, is_known),
        )

    # ---- what is there

    def model(self):
        """The model at hand: the one at work, else the one that the nearest frame has under a name of its own."""
        frames = [frame for frame, _ in reversed(self.stack)]
        for frame in frames:
            owner = owner_of(frame)
            if is_model(owner):
                return owner
        active = neuron_at(frames[0])[0]
        for frame in frames:
            for names in (frame.f_locals, frame.f_globals):
                models = {name: value for name, value in dict(names).items() if is_model(value)}
                if active is not None:
                    models = {name: model for name, model in models.items() if is_part(active, model)}
                if models:
                    return models.get("model", list(models.values())[-1])
        return None

    def neurons(self):
        """The neurons of the model at hand; without a model, those of the layer at work, or the neuron itself."""
        model = self.model()
        if model is not None:
            return [neuron for layer in model.layers for neuron in layer.neurons]
        owners = [owner_of(frame) for frame, _ in reversed(self.stack)]
        for owner in owners:
            if isinstance(owner, Layer):
                return list(getattr(owner, "neurons", []))
        return [owner for owner in owners if isinstance(owner, Neuron)][:1]

    def of_another_example(self):
        """The ids of the neurons that a forward pass under way has not been through: they have old numbers."""
        if phase_at(self.stack[-1][0]) != "forward":
            return set()
        neurons = self.neurons()
        waiting = {id(neuron) for neuron in neurons}
        for frame, _ in self.stack:
            owner, word = owner_of(frame), frame.f_code.co_name
            if word != "forward":
                continue
            if isinstance(owner, Model):
                came_to = frame.f_locals.get("layer")
                activations = frame.f_locals.get("activations")
                for layer in owner.layers if came_to is not None else []:
                    results = [neuron.activation for neuron in layer.neurons]
                    if layer is came_to and not same_objects(activations, results):
                        break
                    waiting -= {id(neuron) for neuron in layer.neurons}
                    if layer is came_to:
                        break
            elif isinstance(owner, Layer):
                done = len(frame.f_locals.get("activations", []))
                waiting -= {id(neuron) for neuron in owner.neurons[:done]}
        return waiting

    # ---- names, and Python that looks like a command

    def parseline(self, line):
        command, arg, whole = super().parseline(line)
        if command in COMMANDS and arg and not (arg[0].isalnum() or arg[0] == "_"):
            return None, None, whole
        return command, arg, whole

    def takes_no_name(self, command, arg):
        if arg:
            self.error(f"{command} stands alone, but got {arg}")
        return not arg

    def complete_un(self, text, line, start, end):
        return completions([neuron.name for neuron in self.neurons()], text, line, end)

    def complete_why(self, text, line, start, end):
        neurons = self.neurons()
        names = [f"x[{i}]" for i in range(neurons[0].num_inputs)] if neurons else []
        for neuron in neurons:
            names += [f"{neuron.name}.w[{i}]" for i in range(neuron.num_inputs)] + [f"{neuron.name}.b"]
        return completions(names, text, line, end)


def completions(names, text, line, end):
    """The rest of each name that begins as the line does; readline takes `[` for the end of a word."""
    typed = line[:end].partition(" ")[2].lstrip()
    done = len(typed) - len(text)
    return [name[done:] for name in names if name.startswith(typed)]


def in_words(names):
    """Which neurons there are, the end of a sentence."""
    if not names:
        return ""
    shown = names if len(names) <= MOST_NEURONS else [*names[: MOST_NEURONS - 2], "...", names[-1]]
    return f": there are {', '.join(shown)}" if len(names) > 1 else f": there is {names[0]}"


def is_model(value):
    """True for a model that is built; asks the value itself nothing."""
    return issubclass(type(value), Model) and "layers" in vars(value)


def is_part(part, model):
    """True if the model, or its layer or neuron, is at work."""
    parts = [model, *model.layers, *(neuron for layer in model.layers for neuron in layer.neurons)]
    return any(part is candidate for candidate in parts)


def same_objects(first, second):
    """True for the very same numbers, and not only equal ones."""
    return type(first) is list and len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))


def number(value):
    """A number with its sign, in four digits; None is not known."""
    return UNKNOWN if value is None else f"{float(value):+.4g}"


def cut(values):
    return f" ... {len(values)}" if len(values) > MOST_WEIGHTS else ""


def listed(values, count, letter):
    """{w[0]: text, ...} for the first few of `count` values and the last; `values` is None if they are not known."""
    values = [None] * count if values is None else values
    texts = {f"{letter}[{i}]": number(values[i]) for i in range(min(count, MOST_WEIGHTS))}
    if count > MOST_WEIGHTS:
        texts.popitem()
        texts[f"... {letter}[-1]"] = number(values[-1])
    return texts


def numbers(values, is_known):
    return {name: number(value if is_known else None) for name, value in values.items()}


def network_cells(neuron, is_known):
    """The weights, and the bias with what came out."""
    came_out = {"z": neuron.linear_activation, "a": neuron.activation, "error": neuron.error}
    rest = {"b": number(neuron.bias), **numbers(came_out, is_known)}
    return {}, listed(neuron.weights, neuron.num_inputs, "w"), rest


def gradients_so_far(neuron, stack):
    """The gradients, None for those that its `backward_pass` has not come to: the zeros there are no results."""
    for frame, _ in reversed(stack):
        names = frame.f_locals
        if frame.f_code is not Neuron.backward_pass.__code__ or names["self"] is not neuron:
            continue
        if neuron.gradients is None or not neuron.awaits_gradient:
            break
        num_known = weight_idx = names.get("weight_idx", 0)
        if neuron.gradients[weight_idx] is names.get("gradient"):
            num_known += 1
        return neuron.gradients[:num_known] + [None] * (neuron.num_inputs - num_known)
    return neuron.gradients


def shortened(rows):
    """The rows of wide layers cut: the first few, the active one, and how many more."""
    layers: dict[str, list[Any]] = {}
    for row in rows:
        layers.setdefault(row[1].name.partition("[")[0], []).append(row)
    for layer in layers.values():
        if len(layer) <= MOST_NEURONS:
            yield from layer
            continue
        few = layer[: MOST_NEURONS - 2]
        few += [row for row in layer[MOST_NEURONS - 2 :] if row[0]]
        yield from few
        yield False, None, len(layer) - len(few)
