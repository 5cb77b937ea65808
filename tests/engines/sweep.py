"""What each page is asked in Firefox and WebKit, and what a reader does there once."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from engines.drivers import Engine
from visits import UNVEILED

PHONE = (390, 844)
DESKTOP = (1280, 900)
SAMPLED = ("chapters/06-vanishing-gradient.html", "chapters/01-perceptron.html")
"""Chapters whose explorers are drawn and moved in each run; those of all others weekly."""

# Before anything else of a page: what no engine but Firefox tells from outside.
PROBE = """window.heard = [];
addEventListener("error", ({ message, target }) => heard.push(message ?? `no ${target.src ?? target.href}`), true);
addEventListener("unhandledrejection", ({ reason }) => heard.push(`unhandled: ${reason}`));
addEventListener("securitypolicyviolation", (said) => heard.push(`${said.violatedDirective} ${said.blockedURI}`));
const written = console.error;
console.error = (...words) => { heard.push(words.join(" ")); written.apply(console, words); };
"""
LOADED = """async () => {
  await document.fonts.ready;
  return [document.querySelector("main").innerText.trim().length,
    performance.getEntriesByType("resource").map(({ name }) => name), window.heard];
}"""

# Both ends of each formula of its own, in the box that holds it; and whether it runs under its number.
FORMULAS = """async () => {
  // At times WebKit waits for ever in a frame.
  await Promise.race([document.fonts.ready, new Promise((done) => setTimeout(done, 5000))]);
  const ends = (formula) => {
    const signs = [...formula.querySelectorAll("mi, mn, mo, mtext")]
      .filter((sign) => sign.textContent.trim() && !sign.closest("mphantom"))
      .map((sign) => sign.getBoundingClientRect()).filter(({ width }) => width > 0);
    return [Math.min(...signs.map(({ left }) => left)), Math.max(...signs.map(({ right }) => right))];
  };
  const lost = [];
  let wide = 0;
  for (const formula of document.querySelectorAll('math[display="block"]')) {
    if (!formula.checkVisibility()) continue;
    const box = [...(function* () { for (let at = formula; at; at = at.parentElement) yield at; })()]
      .find((at) => at === document.body || ["auto", "scroll"].includes(getComputedStyle(at).overflowX));
    const room = box.getBoundingClientRect();
    const tell = (what, by) => lost.push(`${what} ${Math.round(by)} px: ${formula.textContent.slice(0, 30)}`);
    box.scrollLeft = 0;
    const [left, right] = ends(formula);
    if (left < Math.max(room.left, 0) - 1.5) tell("left", room.left - left);
    if (right > room.right + 1.5) {
      wide += 1;
      box.scrollLeft = 1e6;
      const end = ends(formula)[1];
      if (end > Math.min(room.right, innerWidth) + 1.5) tell("right", end - room.right);
      box.scrollLeft = 0;
    }
    for (const [, second, third] of [...formula.querySelectorAll("mtr")].map(({ children }) => [...children])) {
      if (third && third.childElementCount && ends(third)[0] - ends(second)[1] < 12) tell("touching", 0);
    }
    const number = formula.closest("div.math")?.querySelector(".eqno")?.getBoundingClientRect();
    if (number && (number.right > innerWidth + 1 || number.left < room.right - 1)) tell("number", number.right);
  }
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) lost.push(`the page is ${over} px wider than its window`);
  return [document.querySelectorAll('math[display="block"]').length, wide, lost];
}"""

# Each figure drawn, and of each explorer a control that moves it; where `all`, each control.
FIGURES = """async (all) => {
  const later = (ms) => new Promise((done) => setTimeout(done, ms));
  const until = async (test, seconds) => {
    const end = performance.now() + seconds * 1000;
    while (!test() && performance.now() < end) await later(20);
    return test();
  };
  const found = { drawn: 0, undrawn: [], empty: [], moved: 0, unmoved: [] };
  for (const root of document.querySelectorAll(".lab-explorer")) {
    const name = root.dataset.explorer;
    root.scrollIntoView({ behavior: "instant", block: "center" });
    if (!await until(() => root.dataset.ready !== undefined || root.dataset.failed !== undefined, 60)
      || root.dataset.failed !== undefined) { found.undrawn.push(name); continue; }
    found.drawn += 1;
    const plot = root.querySelector(".lab-plot");
    const marks = plot.querySelectorAll(
      ":is(.trace :is(path, image, text), .heatmaplayer image, .barlayer path, .shapelayer path, .annotation)");
    if (![...marks].some((mark) => mark.getBoundingClientRect().width > 0)) found.empty.push(name);
    const form = root.querySelector("form");
    if (!form) continue;
    const words = () => root.querySelector(".lab-summary").textContent;
    const shown = () => words() + plot.innerHTML;
    const fields = [...form.elements]
      .filter((field) => field.name && field.closest("[data-control]")?.hidden === false);
    let any = false;
    for (const one of new Set(fields.map(({ name }) => name))) {
      const field = form.elements[one];
      const side = field.type === "checkbox" ? "checked" : "value";
      const was = field[side];
      const count = field.type === "range" ? Number(field.max) + 1 : field.length;
      const others = field.type === "checkbox" ? [!was] : [...Array(count).keys()].reverse().map(String);
      const resting = words();
      let moves = false;
      for (const value of others.filter((other) => other !== was)) {
        const before = shown();
        field[side] = value;
        form.dispatchEvent(new Event("input", { bubbles: true }));
        moves = await until(() => shown() !== before, 2);
        if (moves) break;
      }
      field[side] = was;
      form.dispatchEvent(new Event("input", { bubbles: true }));
      await until(() => words() === resting, 5);
      found.moved += moves;
      any ||= moves;
      if (!moves && all) found.unmoved.push(`${name} ${one}`);
      if (any && !all) break;
    }
    if (!any) found.unmoved.push(name);
  }
  return found;
}"""


ROOT = """const root = document.querySelector(`[data-explorer="${name}"]`);"""
SENTENCE = f"""(name) => {{ {ROOT} return root.querySelector(".lab-summary").textContent; }}"""
CHANGED = f"""(name, before) => ({SENTENCE})(name) !== before"""
READY = f"""(name) => {{
  {ROOT}
  if (root.dataset.ready === undefined) root.scrollIntoView({{ behavior: "instant" }});
  return root.dataset.ready !== undefined;
}}"""
# The last state of an explorer as a link has it, and the one that its controls say.
LINK = f"""(name) => {{
  {ROOT}
  const words = new URLSearchParams({{ explorer: name }});
  for (const control of JSON.parse(root.dataset.controls)) words.set(control.name, control.texts.at(-1));
  return `#${{words}}`;
}}"""
CHOSEN = f"""(name) => {{
  {ROOT}
  const form = root.querySelector("form");
  return Object.fromEntries(JSON.parse(root.dataset.controls).map(({{ name, texts }}) => {{
    const field = form.elements[name];
    return [name, texts[field.type === "checkbox" ? Number(field.checked) : Number(field.value)]];
  }}));
}}"""
# So that the next Tab goes to the first of its controls.
BEFORE = f"""(name) => {{
  {ROOT}
  const form = root.querySelector("form");
  form.tabIndex = -1;
  form.focus();
}}"""
DARK = """() => {
  const button = [...document.querySelectorAll(".theme-switch-button")].find((one) => one.checkVisibility());
  for (let i = 0; i < 3 && document.documentElement.dataset.theme !== "dark"; i++) button.click();
}"""
# Of the page, and of the letters that a figure writes on it: red, green, blue.
COLOURS = f"""(name) => {{
  {ROOT}
  const parts = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  return [parts(getComputedStyle(document.body).backgroundColor),
    parts(getComputedStyle(root.querySelector(".lab-plot .xtick text")).fill)];
}}"""
FOUND = """() => {
  const found = [...document.querySelectorAll("#search-results li a")].map(({ href }) => href);
  return found.length && found;
}"""
EXCERPTS = """() => document.querySelectorAll("#search-results li p.context").length"""
EXERCISE = """() => {
  const cell = document.querySelector(".lab-cell[data-exercise]");
  return [cell.dataset.exercise, cell.querySelector("textarea").value];
}"""
SOLUTIONS = """(label) => [...document.querySelectorAll(".solution")]
  .filter((one) => one.querySelector(`a[href$="#${label}"]`))
  .map((one) => [...one.querySelectorAll("pre")].map((pre) => pre.textContent).join("\\n"))"""
ANSWER = """(code) => {
  const cell = document.querySelector(".lab-cell[data-exercise]");
  const area = cell.querySelector("textarea");
  cell.querySelector(".lab-output")?.replaceChildren();
  area.value = code;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  cell.querySelector("button[name=run]").click();
}"""
VERDICT = """() => {
  const cell = document.querySelector(".lab-cell[data-exercise]");
  return ["done", "failed"].includes(cell.dataset.state)
    && (cell.querySelector(".lab-output .lab-check")?.dataset.passed ?? cell.querySelector(".lab-output").textContent);
}"""


def probed(book: Path, folder: Path) -> Path:
    """A copy of the book's pages in a folder, with the probe before all else; the rest is linked."""
    for file in sorted(book.rglob("*")):
        place = folder / file.relative_to(book)
        if "_static" in file.relative_to(book).parts[:1]:
            continue
        if file.suffix == ".html":
            page = file.read_text("utf-8")
            up = "../" * (len(place.relative_to(folder).parts) - 1)
            place.parent.mkdir(parents=True, exist_ok=True)
            probe = f'<head><script src="{up}probe.js"></script>'
            place.write_text(page.replace("<head>", probe, 1), "utf-8")
        elif file.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(file)
    (folder / "_static").symlink_to(book / "_static")
    (folder / "probe.js").write_text(PROBE, "utf-8")
    return folder


def leave(engine: Engine) -> None:
    """Leave a page; what it was still loading is broken off, and the next page has no part in that."""
    engine.open("about:blank")
    engine.errors()


def loaded(engine: Engine, address: str) -> dict[str, Any]:
    """What a page says when it is opened: letters of text, what it asked others for, errors."""
    leave(engine)
    engine.open(address, *DESKTOP)
    letters, asked, heard = engine.run(LOADED)
    strangers = [
        one for one in asked if not one.startswith(("file:", "data:", "blob:", "http://127.0.0.1"))
    ]
    return {"letters": letters, "strangers": strangers, "errors": [*heard, *engine.errors()]}


def formulas(engine: Engine, address: str) -> dict[str, Any]:
    """The formulas of a page on a phone: how many, how many wider than it, what of them cannot be read."""
    engine.open(address, *PHONE)
    count, wide, lost = engine.run(FORMULAS)
    return {"formulas": count, "wide": wide, "lost": lost}


def figures(engine: Engine, address: str, all_controls: bool) -> dict[str, Any]:
    """The figures of a page: what is drawn and what moves."""
    leave(engine)
    engine.open(address + UNVEILED, *DESKTOP)
    found = dict(engine.run(FIGURES, all_controls))
    return found | {"errors": [*engine.run("() => window.heard"), *engine.errors()]}


def names_with(book: Path, sign: str) -> list[str]:
    """The pages that hold this in their HTML."""
    return [
        str(file.relative_to(book))
        for file in sorted(book.rglob("*.html"))
        if "_static" not in file.parts and re.search(sign, html.unescape(file.read_text("utf-8")))
    ]
