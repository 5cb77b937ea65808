"""`ipywidgets.interact` that also works on a page without a kernel."""

from lstm_lab.interact.control import Control, control, make_control
from lstm_lab.interact.explorer import MIME, Explorer, explore
from lstm_lab.interact.static import STATIC_VARIABLE

__all__ = ["MIME", "STATIC_VARIABLE", "Control", "Explorer", "control", "explore", "make_control"]
