"""The search for garbage, which has to wait until the program has started.

What is imported stays: looking it through meanwhile took a tenth of the time to the
first frame. Knows no command.
"""

import gc


def postpone() -> None:
    """Not before :func:`begin`."""
    gc.disable()


def begin() -> None:
    """From now on, in what is made from now on; nothing where it was not postponed."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
