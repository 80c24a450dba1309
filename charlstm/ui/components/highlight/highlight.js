// Text whose characters are coloured, explained one by one, and can be selected.

import { make } from "../shared/elements.js";
import { mounted } from "../shared/mount.js";
import { listenToSpans, markSpan } from "./span.js";

/** A text in its element. `on`: { choose(position), span(start, stop) }, for what a person can do. */
export function createHighlight(root, on = {}) {
  const line = { root, on, characters: [], pointed: null, box: root.querySelector(".line"), readout: root.querySelector(".readout") };
  const at = (event) => {
    const element = event.target.closest?.(".character");
    return element ? Number(element.dataset.index) : null;
  };
  line.box.addEventListener("pointerover", (event) => say(line, at(event)));
  line.box.addEventListener("pointerleave", () => say(line, null));
  line.box.addEventListener("focusin", (event) => say(line, at(event)));
  line.box.addEventListener("focusout", () => say(line, null));
  line.box.addEventListener("click", (event) => {
    const index = at(event);
    if (index !== null && line.data.choosable) line.on.choose(index);
  });
  line.box.addEventListener("keydown", (event) => {
    const index = at(event);
    if (index === null) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) focus(line, index + step);
    else if ((event.key === "Enter" || event.key === " ") && line.data.choosable) line.on.choose(index);
    else return;
    event.preventDefault();
  });
  listenToSpans(line);
  return line;
}

/**
 * Shows { symbols, fractions, said, label, hint, current, span, choosable, spans }: each symbol has a
 * fraction of colour from -1 to 1 and an explanation in `said`. Unchanged elements are kept.
 */
export function showHighlight(line, data) {
  const isSame = data.symbols.join("\n") === line.data?.symbols.join("\n");
  line.data = data;
  line.root.classList.toggle("pickable", Boolean(data.choosable || data.spans));
  line.root.classList.toggle("spans", Boolean(data.spans));
  if (!isSame) {
    line.characters = data.symbols.map(createCharacter);
    line.box.replaceChildren(...line.characters);
  }
  line.characters.forEach((element, index) => paint(element, index, data));
  line.box.setAttribute("aria-label", data.label);
  line.root.dataset.count = String(data.symbols.length);
  markSpan(line, ...(data.span ?? [0, 0]));
  say(line, line.pointed < data.symbols.length ? line.pointed : null);
}

function createCharacter(symbol, index) {
  const element = make("span", "character");
  element.dataset.index = String(index);
  element.tabIndex = index === 0 ? 0 : -1;
  if (symbol === "\n") element.append(Object.assign(make("span", "break"), { textContent: "⏎" }));
  element.append(symbol);
  return element;
}

function paint(element, index, { fractions, current, said, choosable, spans }) {
  element.style.setProperty("--fraction", String(Math.abs(fractions[index])));
  element.classList.toggle("negative", fractions[index] < 0);
  element.classList.toggle("current", index === current);
  if (choosable || spans) {
    // Others stay text: a screen reader reads words, and the readout explains the character.
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", said[index]);
  }
}

/** One character is in the tab order; arrow keys move along the text. */
function focus(line, index) {
  const element = line.characters[index];
  if (!element) return;
  for (const other of line.characters) other.tabIndex = -1;
  element.tabIndex = 0;
  element.focus();
}

function say(line, index) {
  line.pointed = index;
  line.readout.textContent = index === null ? line.data?.hint ?? "" : line.data.said[index];
}

/** A text alone, as Python sends it. */
class Highlight {
  constructor(root) {
    this.line = createHighlight(root);
  }

  receive(data) {
    showHighlight(this.line, data);
  }

  end() {}
}

export default mounted(".highlight", Highlight);
