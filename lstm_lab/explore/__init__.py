"""`ipywidgets.interact` that also works on a page without a kernel."""

from lstm_lab.explore.control import Control, control, make_control
from lstm_lab.explore.explorer import MIME, Explorer, explore
from lstm_lab.explore.static import STATIC_VARIABLE

__all__ = ["MIME", "STATIC_VARIABLE", "Control", "Explorer", "control", "explore", "make_control"]
