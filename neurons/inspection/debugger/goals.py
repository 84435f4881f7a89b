"""Where a program that goes on should stop: a goal says of a frame, at its first line, whether this is the place."""

from neurons.inspection.recording.frame import (
    PHASES,
    is_at_calculation,
    is_at_call,
    name_of,
    owner_of,
    phase_at,
)
from neurons.neuron import Neuron

PASSES = ("forward", "backward_pass", "step")


def new_pass(frames, name=None):
    """The first calculation in the next pass of a neuron, of the one called `name` if that is given."""
    running = set(frames)

    def goal(frame):
        word = frame.f_code.co_name
        if word not in PASSES or frame in running:
            return False
        neuron = owner_of(frame)
        if not isinstance(neuron, Neuron) or (name is not None and name_of(neuron) != name):
            return False
        caller = frame.f_back  # a neuron that calls itself has begun this pass already
        if caller.f_code.co_name == word and owner_of(caller) is neuron:
            return False
        return is_at_call(frame) or is_at_calculation(frame)

    return goal


def new_phase(frames):
    """The first line of the next forward pass, loss, backward pass or step."""
    running = set(frames)
    now = phase_at(frames[-1])

    def goal(frame):
        if frame.f_code.co_name not in PHASES or frame in running:
            return False
        phase = phase_at(frame)
        if phase is None or (phase == now == "loss"):
            return False
        return phase_at(frame.f_back) != phase

    return goal


def main_frame(frames):
    """The frame of the script, module or notebook cell that runs: at its end there is nothing more to go on to."""
    for frame in frames:  # IPython runs the statements of a cell one by one
        if frame.f_code.co_name == "run_ast_nodes":
            return frame
    for frame in reversed(frames):
        if frame.f_code.co_name == "<module>":
            return frame
    return frames[0]
