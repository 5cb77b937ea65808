"""A chapter in JupyterLab with a real kernel: run all cells, move a slider, and the figure follows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lstm_lab.bench.browser import jupyterlab
from lstm_lab.bench.sliders import LAB_MS, live_sentence, run_all
from lstm_lab.chapters.ch06.figures import scene

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.slow,
    pytest.mark.weekly(
        "lstm_lab/interact/**", "lstm_lab/bench/**", "chapters/06-vanishing-gradient.*"
    ),
]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def chapter(tmp_path):
    """The address of a copy of chapter 06 in JupyterLab."""
    notebook = tmp_path / "06-vanishing-gradient.ipynb"
    shutil.copy(ROOT / "chapters" / notebook.name, notebook)
    with jupyterlab(notebook) as address:
        yield address


def test_the_slider_moves_the_figure(browser, chapter):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    box = run_all(page, chapter)
    slider, sentence = box.locator(".noUi-handle").first, live_sentence(page)
    slider.scroll_into_view_if_needed(timeout=LAB_MS)
    shown = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.{}']"
    assert page.locator(shown.format("stderr")).count() == 0
    before, curve = sentence.text_content(), drawn_path(box)
    assert "50 steps back" in before
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([sentence, before]) => sentence.textContent !== before",
        arg=[sentence.element_handle(), before],
        timeout=LAB_MS,
    )
    after = scene.LENGTHS[scene.LENGTHS.index(50) + 1]
    assert f"{after} steps back" in sentence.text_content()
    page.wait_for_function(
        "([path, before]) => path.getAttribute('d') !== before",
        arg=[box.locator(".scatterlayer .trace path.js-line").nth(2).element_handle(), curve],
        timeout=LAB_MS,
    )
    assert page.locator(shown.format("error")).count() == 0
    page.close()


def drawn_path(box):
    return box.locator(".scatterlayer .trace path.js-line").nth(2).get_attribute("d")
