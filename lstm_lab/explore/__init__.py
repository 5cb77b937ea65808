"""`ipywidgets.interact` that also works on a page without a kernel."""

from lstm_lab.explore.control import Control, control, make_control
from lstm_lab.explore.explorer import MIME, STATIC_VARIABLE, Explorer, explore

__all__ = ["MIME", "STATIC_VARIABLE", "Control", "Explorer", "control", "explore", "make_control"]
