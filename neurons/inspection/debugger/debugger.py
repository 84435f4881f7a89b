"""A pdb that knows neurons: on to the next neuron or phase, the gradients known so far, and why one is what it is.

It only adds to pdb: where it stops it says which neuron is at work, and it has six commands more. None of them hides a
name: followed by Python (`net.layers`, `why = 1`) they are Python.
"""

import bdb
import pdb
import sys
from typing import Any

from neurons.errors import NeuronsError
from neurons.inspection.debugger.goals import main_frame, new_pass, new_phase
from neurons.inspection.debugger.stack import factors_so_far, model_of, neurons_not_reached, neurons_of
from neurons.inspection.debugger.tables import MOST_NEURONS, fitted_table, gradient_cells, inputs_line, network_cells
from neurons.inspection.recording.frame import (
    is_at_first_check,
    neuron_at,
    phase_at,
    statement_at,
    with_numbers,
)
from neurons.inspection.why.explanation import why
from neurons.text import fitted, short, width_of

COMMANDS = ("nn", "un", "phase", "grads", "why", "net")
WHAT_IT_CAN = "More than pdb: nn, un NAME, phase, grads, why NAME, net (help shows them all)"
HELP = """\
Neurons                                  pdb: the six you need
  nn        on to the next neuron          n    run this line
  un NAME   on to neuron NAME              s    step into the call in this line
  phase     on to the next phase           r    run to the end of this function
  grads     the gradients known so far     p x  print x: p self.weights
  why NAME  why a gradient is what it is   c    on to a breakpoint, or the end
  net       the network with its numbers   q    quit
Press Enter to repeat the last command. help nn explains nn; help pdb lists all."""
CANNOT_ASK = (
    "a debugger waits for your commands, and a page cannot ask for them while a program runs: use it on a computer with"
    " Python, or go through the same numbers line by line with model.page([inputs], [label], learning_rate=...)"
)


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


class PageKeyboard:
    """What a debugger reads from in a browser: the page's `input`, which not every page has."""

    def readline(self):
        """The next line; a `NeuronsError` where the page cannot ask."""
        try:
            line = input()
        except Exception:  # each page has its own
            line = None
        if line is None:
            raise NeuronsError(CANNOT_ASK) from None
        return f"{line}\n"


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
        if sys.platform == "emscripten":  # Python in a browser
            self.stdin, self.use_rawinput = PageKeyboard(), False

    def reset(self):
        self.goal = None  # a program that is started again stops at its first line
        super().reset()

    @property
    def frames(self):
        """The calls under way, the oldest first."""
        return [frame for frame, _ in self.stack]

    # ---- going on to a goal

    def go_on_to(self, wanted, goal):
        """Let the program run to the next frame that `goal` accepts, a breakpoint, or the end of the script or cell."""
        model = model_of(self.frames)
        if model is not None and model.engine == "numpy":
            wanted += " (in a model of arrays no neuron works by itself: use model.as_neurons())"
        self.wanted, self.goal = wanted, goal
        main = main_frame(self.frames)
        if self.frame_returning is main:
            self.give_up()
            return True
        if main.f_trace is None:
            main.f_trace = self.trace_dispatch
        self._set_stopinfo(None, main)  # type: ignore[attr-defined]
        return True

    def give_up(self):
        self.message(f"The end: no further {self.wanted}. The program goes on.")
        self.goal = None
        self.set_continue()

    def stop_here(self, frame):
        return super().stop_here(frame) if self.goal is None else self.goal(frame)

    def user_call(self, frame, argument_list):
        if self.goal is None:  # else at a line, where there is something to see
            super().user_call(frame, argument_list)

    def user_line(self, frame):
        self.goal = None
        super().user_line(frame)

    def user_return(self, frame, return_value):
        if self.goal is None:
            super().user_return(frame, return_value)
        else:
            self.give_up()

    def do_nn(self, arg):
        """nn

        Next neuron: go on to the next forward, backward_pass or step of a
        neuron, and stop at the first line that calculates. Enter alone does it
        again. In a model of arrays no neuron works by itself: use
        model.as_neurons().
        """
        if self.takes_no_name("nn", arg):
            return self.go_on_to("neuron", new_pass(self.frames))

    def do_un(self, arg):
        """un NAME

        Until neuron NAME, such as un hidden[1]: go on to the first line that
        calculates in its next forward, backward_pass or step.
        """
        names = [neuron.name for neuron in neurons_of(self.frames)]
        if not arg:
            self.error(f"un needs the name of a neuron{which_of(names)}")
        elif names and arg not in names:
            self.error(f"there is no neuron called {arg}{which_of(names)}")
        else:
            return self.go_on_to(f"pass of {arg}", new_pass(self.frames, arg))

    def do_phase(self, arg):
        """phase

        Next phase: go on to the next forward pass, loss, backward pass or
        step, and stop at its first line.
        """
        if not self.takes_no_name("phase", arg):
            return None
        return self.go_on_to("phase", new_phase(self.frames))

    # ---- looking

    def message(self, msg):
        super().message(self.for_terminal(msg))

    def error(self, msg):
        super().error(self.for_terminal(f"*** {msg}").removeprefix("*** "))

    def for_terminal(self, text):
        """Where somebody reads it in a terminal, with its long lines broken between words."""
        width = width_of(self.stdout)
        return fitted(text, width) if width else text

    def do_help(self, arg):
        """help

        The commands that matter most; help COMMAND explains one, help pdb
        lists all of pdb's.
        """
        if arg:
            super().do_help("" if arg == "pdb" else arg)
        else:
            self.message(HELP)

    do_h = do_help

    def do_grads(self, arg):
        """grads

        The gradients of this example that are known so far, a row per neuron;
        > marks the neuron at work.
        """
        if self.takes_no_name("grads", arg):
            self.look(self.show_gradients)

    def do_net(self, arg):
        """net

        The network with its numbers, a row per neuron; > marks the neuron at
        work. ? is not known yet.
        """
        if self.takes_no_name("net", arg):
            self.look(self.show_network)

    def do_why(self, arg):
        """why NAME

        Why a gradient is what it is, such as why hidden[0].w[1],
        why output[0].b or why x[0].
        """

        def explain():
            model = model_of(self.frames)
            if model is None:
                self.error("why needs a model: none runs here, and no variable here holds one")
            elif not arg:
                neuron = neuron_at(self.frames[-1])[1]
                name = neuron if neuron in [one.name for one in neurons_of(self.frames)] else "hidden[0]"
                self.error(f"why needs the name of a gradient, such as why {name}.w[0]")
            else:
                try:
                    self.message(str(why(model, arg)))
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
        elif is_at_first_check(frame):  # of what came in: what did?
            code = frame.f_code
            came_in = [(word, frame.f_locals.get(word)) for word in code.co_varnames[1 : code.co_argcount]]
            numbers = ", ".join(f"{word} = {short(value)}" for word, value in came_in)
        else:
            numbers = with_numbers(frame).removeprefix(statement.source).strip()
        self.message("   " + ", ".join(filter(None, [name, phase])) + (f":   {numbers}" if numbers else ""))

    def show_network(self):
        neurons = neurons_of(self.frames)
        if neurons:
            is_known = id(neurons[0]) not in neurons_not_reached(self.frames)
            self.message(inputs_line(neurons[0].input_activation, is_known))
        self.show_table(network_cells)

    def show_gradients(self):
        def cells(neuron, is_known, most):
            return gradient_cells(factors_so_far(neuron, self.frames), neuron.num_inputs, is_known, most)

        self.show_table(cells)

    def show_table(self, cells_of):
        """A row per neuron: `cells_of(neuron, is_known, most weights)` gives three groups of {heading: text}."""
        neurons = neurons_of(self.frames)
        if not neurons:
            self.error("there is no model, layer or neuron here")
            return
        unknown, active = neurons_not_reached(self.frames), neuron_at(self.frames[-1])[0]

        def rows_of(most):
            return [(one, one is active, cells_of(one, id(one) not in unknown, most)) for one in neurons]

        for line in fitted_table(rows_of, width_of(self.stdout)):
            self.message(line)

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
        return completions([neuron.name for neuron in neurons_of(self.frames)], text, line, end)

    def complete_why(self, text, line, start, end):
        neurons = neurons_of(self.frames)
        names = [f"x[{i}]" for i in range(neurons[0].num_inputs)] if neurons else []
        for neuron in neurons:
            names += [f"{neuron.name}.w[{i}]" for i in range(neuron.num_inputs)] + [f"{neuron.name}.b"]
        return completions(names, text, line, end)


def completions(names, text, line, end):
    """The rest of each name that begins as the line does; readline takes `[` for the end of a word."""
    typed = line[:end].partition(" ")[2].lstrip()
    done = len(typed) - len(text)
    return [name[done:] for name in names if name.startswith(typed)]


def which_of(names):
    """Which neurons there are, the end of a sentence."""
    if not names:
        return ""
    few = names if len(names) <= MOST_NEURONS else [*names[: MOST_NEURONS - 2], "...", names[-1]]
    return f": there are {', '.join(few)}" if len(names) > 1 else f": there is {names[0]}"
