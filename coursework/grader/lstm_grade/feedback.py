"""One page of feedback for each student. Everything of the student's is shown as text; nothing in it runs."""

from __future__ import annotations

from typing import Any

import jinja2

from .grade import Graded
from .pictures import Room

PAGE_BYTES = 500_000

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}: feedback for {{ student }}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid #8886; }
td.points { white-space: nowrap; }
pre { overflow-x: auto; background: #8881; padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.error, .lost { border-left: .25rem solid #c33; padding-left: .6rem; }
.earned { border-left: .25rem solid #285; padding-left: .6rem; }
img { max-width: 100%; background: white; }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p>{{ name }}{% if name %} ({{ student }}){% else %}{{ student }}{% endif %}: <strong>{{ points }} of {{ automatic }} points</strong> by tests{% if manual %},
{% if marked is none %}{{ manual }} more to be marked by hand{% else %}{{ marked }} of {{ manual }} by hand{% endif %}{% endif %}.
{% if penalty %}{{ penalty }} points are taken off for {{ days }} late days.{% endif %}</p>
{% if problems %}<h2>Noticed</h2>
<ul>{% for problem in problems %}<li>{{ problem }}</li>{% endfor %}</ul>{% endif %}
<h2>Tests</h2>
<table><thead><tr><th>What is tested</th><th>Points</th><th>What was found</th></tr></thead><tbody>
{% for test in tests %}<tr><td>{{ test.idea }}</td><td class="points">{{ number(test.earned) }} of {{ number(test.points) }}</td>
<td>{% if test.right and not test.message %}right{% else %}{{ test.message }}{% endif %}</td></tr>
{% endfor %}</tbody></table>
{% for question in written %}<h2>Written answer: {{ question.name }}</h2>
<p>{% if question.points is none %}Not marked yet, out of {{ number(question.out_of) }}{% else %}{{ number(question.points) }} of {{ number(question.out_of) }}{% endif %} points.
{{ question.comment }}</p>{% endfor %}
<h2>Your notebook as it was run</h2>
{% for cell in cells %}{% if cell.kind == "text" %}<pre>{{ cell.source }}</pre>
{% elif cell.kind == "written" %}<h3>{{ cell.name }}</h3><pre>{{ cell.source }}</pre>
{% elif cell.kind == "test" %}<div class="{{ 'earned' if cell.test.right else 'lost' }}"><pre><code>{{ cell.source }}</code></pre>
<p>{% if cell.test.right and not cell.test.message %}✓ right{% else %}{{ '✓' if cell.test.right else '✗' }} {{ cell.test.message }}{% endif %}
({{ number(cell.test.earned) }} of {{ number(cell.test.points) }})</p></div>
{% else %}<pre><code>{{ cell.source }}</code></pre>
{% if cell.text %}<pre>{{ cell.text }}</pre>{% endif %}
{% for image in cell.images %}<p><img alt="a figure that this cell drew" src="data:image/png;base64,{{ image }}"></p>{% endfor %}
{% if cell.error %}<p class="error">{{ cell.error }}</p>{% endif %}
{% endif %}{% endfor %}
{% if cut %}<p>The rest is not shown: the notebook is very long.</p>{% endif %}
</body>
</html>
"""


def page(
    title: str,
    graded: Graded,
    written: list[dict[str, Any]],
    total: dict[str, Any],
) -> str:
    """The page as HTML. `written` has name, points (or None), out_of and comment; `total` what `late` gives."""
    shown, cut = _fitting(graded.cells, {test.name: test for test in graded.tests})
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    marks = [question["points"] for question in written]
    return environment.from_string(PAGE).render(
        title=title,
        student=graded.student,
        name=total["name"],
        points=number(graded.points),
        automatic=number(sum(test.points for test in graded.tests)),
        manual=number(sum(question["out_of"] for question in written)) if written else "",
        marked=None if None in marks else number(sum(marks)),
        penalty=number(total["penalty"]) if total["penalty"] else "",
        days=total["days"],
        problems=graded.problems,
        tests=graded.tests,
        written=written,
        cells=shown,
        cut=cut,
        number=number,
    )


def number(value: float) -> str:
    """3 for 3.0, 2.5 for 2.5."""
    return f"{value:.4g}"


def _fitting(
    cells: list[dict[str, Any]], tests: dict[str, Any]
) -> tuple[list[dict[str, Any]], bool]:
    """The cells that fit on a page, with their pictures as far as they are pictures."""
    found: list[dict[str, Any]] = []
    room, pictures = PAGE_BYTES, Room()
    for cell in cells:
        room -= len(cell["source"]) + len(cell.get("text", "")) + 100
        if room < 0:
            return found, True
        images = pictures.fitting(cell.get("images"))
        test = (
            tests.get(cell["name"]) if cell["kind"] == "test" else None
        )  # with what was changed by hand
        found.append({"text": "", "error": ""} | cell | {"images": images, "test": test})
    return found, False
