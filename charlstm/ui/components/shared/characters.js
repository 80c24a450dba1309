// A text as characters, each of which can be coloured, marked and selected. The text is only ever set
// as textContent. A "character" is one symbol of the model; it can be a token of a model of words.

import { make } from "./elements.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

/**
 * Characters in an element, after the prompt; `choose(position)` is called for a click or a key.
 * `hasEnd`: the arrow keys reach the position after the last character, for which `null` stands.
 */
export class Characters {
  constructor(element, choose = null, { hasEnd = false } = {}) {
    Object.assign(this, { element, choose, hasEnd });
    this.symbols = [];
    this.spans = [];
    this.classed = {}; // the positions that have a class
    this.prompt = make("span", "prompt");
    element.replaceChildren(this.prompt);
    element.classList.toggle("choosable", choose !== null);
    if (choose) this.#listen();
  }

  #listen() {
    this.element.tabIndex = 0;
    this.element.addEventListener("click", ({ target }) => {
      const at = target.closest?.(".character");
      if (at) this.choose(Number(at.dataset.index));
    });
    this.element.addEventListener("keydown", (event) => {
      const by = STEPS[event.key];
      const { length } = this.symbols;
      if (by === undefined || !length) return;
      event.preventDefault();
      const from = this.current ?? (by > 0 && !this.hasEnd ? -1 : length);
      this.choose(Math.min(Math.max(from + by, 0), this.hasEnd ? length : length - 1));
    });
  }

  setPrompt(text) {
    if (this.prompt.textContent !== text) this.prompt.textContent = text;
  }

  /** Shows these symbols; unchanged elements are kept. */
  show(symbols) {
    symbols.forEach((symbol, index) => {
      if (symbol === this.symbols[index]) return;
      this.spans[index] ??= this.#newSpan(index);
      this.spans[index].textContent = symbol;
      this.spans[index].classList.toggle("break", symbol === "\n");
    });
    for (const span of this.spans.splice(symbols.length)) span.remove();
    this.symbols = symbols;
    if (this.current >= symbols.length) this.setCurrent(null);
  }

  #newSpan(index) {
    const span = make("span", "character");
    span.dataset.index = String(index);
    this.element.append(span);
    return span;
  }

  /** Gives the characters from `start` to before `end` a class, and removes it from all others. */
  setClass(name, spans) {
    const within = new Set(spans.flatMap(([start, end]) => range(start, end)));
    for (const index of this.classed[name] ?? []) {
      if (!within.has(index)) this.spans[index]?.classList.remove(name);
    }
    for (const index of within) this.spans[index]?.classList.add(name);
    this.classed[name] = within;
  }

  /** The selected character, or null. */
  setCurrent(position) {
    this.spans[this.current]?.classList.remove("current");
    this.current = position;
    this.spans[position]?.classList.add("current");
  }

  /** How strongly each character is coloured, from 0 to 1. */
  setFractions(fractions) {
    fractions.forEach((fraction, index) => {
      const span = this.spans[index];
      if (span.fraction !== fraction) span.style.setProperty("--fraction", (span.fraction = fraction));
    });
  }

  /** Each character's own colour, or null for that of the text. */
  setColours(colours) {
    if (!colours && !this.hasColours) return;
    this.hasColours = Boolean(colours);
    this.spans.forEach((span, index) => (span.style.color = colours?.[index] ?? ""));
  }
}

function range(start, end) {
  return Array.from({ length: end - start }, (_, index) => start + index);
}
