// The seed and the length of a page's texts, the button for the next seed, and copying.

import { copyText } from "../shared/copy.js";

const COPY = "Copy the text";

export class SeedAndLength {
  /** `on`: { seed(seed), length(length), text() }: called with new values, and for the text to copy. */
  constructor(root, on) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { on, seedField: find("seed"), lengthField: find("text-length"), unit: find("unit") });
    find("new-seed").addEventListener("click", () => this.#setSeed(this.seed + 1));
    this.seedField.addEventListener("change", () => this.#setSeed(this.seedField.valueAsNumber));
    this.lengthField.addEventListener("change", () => this.#setLength(this.lengthField.valueAsNumber));
    find("copy").addEventListener("click", ({ target }) => copyFrom(target, on.text()));
  }

  take({ seed, length }, { maxSeed, maxLength }) {
    Object.assign(this, { maxSeed, maxLength });
    this.#show(Number(seed), Number(length));
  }

  /** What a symbol is called, such as "token". */
  setUnit(unit) {
    this.unit.textContent = unitsWord(unit);
  }

  #setSeed(seed) {
    this.#show(seedWithin(seed, this.maxSeed), this.length);
    this.on.seed(this.seed);
  }

  #setLength(length) {
    this.#show(this.seed, Math.min(Math.max(Math.round(length) || 1, 1), this.maxLength));
    this.on.length(this.length);
  }

  #show(seed, length) {
    Object.assign(this, { seed, length });
    this.seedField.value = String(seed);
    this.lengthField.value = String(length);
  }
}

/** The seed, or 0 if it is invalid. */
export function seedWithin(seed, most) {
  return Number.isSafeInteger(seed) && seed >= 0 && seed <= most ? seed : 0;
}

export function unitsWord(unit) {
  return unit === "token" ? "Tokens" : "Characters";
}

/** Copies a text for a button, which shows whether it was copied. */
export async function copyFrom(button, text) {
  button.textContent = (await copyText(text)) ? "Copied" : "Not copied";
  window.setTimeout(() => (button.textContent = COPY), 1500);
}
