"""The progress bar of `fit`."""

import sys


class ProgressBar:
    """A bar that counts epochs and shows the loss, made by tqdm; no bar if tqdm is not installed.

    In a notebook it is plain text on standard output, which needs no extension of the notebook.
    """

    def __init__(self, epochs, progress):
        in_notebook = "ipykernel" in sys.modules
        if progress is None and not (in_notebook or (sys.stderr is not None and sys.stderr.isatty())):
            progress = False
        self.bar = None
        if progress is not False:
            try:
                from tqdm import tqdm
            except ImportError:
                return
            self.bar = tqdm(
                total=epochs,
                unit="epoch",
                file=sys.stdout if in_notebook else sys.stderr,
                delay=0.0 if progress else 1.0,  # unless asked for, only after a second
            )

    def update(self, history):
        if self.bar is not None:
            self.bar.set_postfix_str(f"loss {history.loss[-1]:.4f}", refresh=False)
            self.bar.update()

    def write(self, line):
        """Print a line, above the bar where there is one."""
        print(line) if self.bar is None else self.bar.write(line)

    def close(self):
        if self.bar is not None:
            self.bar.close()
