"""The debugger that knows neurons: write `neurons.debug.set_trace()` where your program should stop.

`breakpoint()` stops in it, too, with PYTHONBREAKPOINT=neurons.debug.set_trace in the environment.
"""

from neurons.inspection.debugger.debugger import Debugger, set_trace

__all__ = ["Debugger", "set_trace"]
