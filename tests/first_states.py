"""The first state of every explorer, as JSON on the standard output; run as a program, under either Plotly."""

import json
import sys

from bookbuild.python import plotly_stand_in
from lstm_lab.chapters.explorers import EXPLORERS


def figures():
    """Each explorer's first figure, as plain data and without its template."""
    for name, make in EXPLORERS.items():
        explorer = make()
        figure = explorer.figure(**explorer.initial)
        content = figure.to_plotly_json()
        content["layout"].pop("template", None)
        yield name, content


if __name__ == "__main__":
    json.dump({name: plotly_stand_in.plain(content) for name, content in figures()}, sys.stdout)
