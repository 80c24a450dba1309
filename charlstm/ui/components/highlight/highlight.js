// Text whose characters are coloured, explained one by one, and can be chosen. Sends to Python the
// chosen one as setTriggerValue("chosen", index), and a span that was drawn as
// setTriggerValue("spanned", [start, stop]).

import { listenToSpans, markSpan } from "./span.js";

const lines = new WeakMap(); // one per root element; it outlives re-renders

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".highlight");
  if (!lines.has(root)) lines.set(root, listen(root));
  const line = lines.get(root);
  line.choose = (index) => setTriggerValue("chosen", index);
  line.span = (start, stop) => setTriggerValue("spanned", [start, stop]);
  if (line.token !== data.token) draw(line, data);
  return () => lines.delete(root);
}

function listen(root) {
  const line = { root, box: root.querySelector(".line"), readout: root.querySelector(".readout") };
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
    if (index !== null && line.data.choosable) line.choose(index);
  });
  line.box.addEventListener("keydown", (event) => {
    const index = at(event);
    if (index === null) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) focus(line, index + step);
    else if ((event.key === "Enter" || event.key === " ") && line.data.choosable) line.choose(index);
    else return;
    event.preventDefault();
  });
  listenToSpans(line);
  return line;
}

function draw(line, data) {
  line.data = data;
  line.token = data.token;
  line.root.classList.toggle("choosable", data.choosable || data.spans);
  line.root.classList.toggle("spans", data.spans);
  const focused = line.box.getRootNode().activeElement?.dataset.index; // the keyboard goes on from there
  line.characters = data.symbols.map((symbol, index) => createCharacter(data, symbol, index));
  line.box.replaceChildren(...line.characters);
  line.box.setAttribute("aria-label", data.label);
  line.root.dataset.token = data.token;
  line.root.dataset.count = String(data.symbols.length);
  if (focused !== undefined) focus(line, Number(focused));
  if (data.span) markSpan(line, ...data.span);
  say(line, null);
}

function createCharacter({ fractions, current, said, choosable, spans }, symbol, index) {
  const element = document.createElement("span");
  element.className = "character";
  element.dataset.index = String(index);
  element.style.setProperty("--fraction", String(Math.abs(fractions[index])));
  element.classList.toggle("below", fractions[index] < 0);
  element.classList.toggle("current", index === current);
  element.tabIndex = index === 0 ? 0 : -1;
  if (choosable || spans) {
    // Others stay text: a reader reads words, and the readout says what is said of the character.
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", said[index]);
  }
  if (symbol === "\n") {
    const sign = element.appendChild(document.createElement("span"));
    sign.className = "break";
    sign.textContent = "⏎";
  }
  element.append(symbol);
  return element;
}

/** One character is in the tab order; arrows walk along the text. */
function focus(line, index) {
  const element = line.characters[index];
  if (!element) return;
  for (const other of line.characters) other.tabIndex = -1;
  element.tabIndex = 0;
  element.focus();
}

function say(line, index) {
  line.readout.textContent = index === null ? line.data?.hint ?? "" : line.data.said[index];
}
