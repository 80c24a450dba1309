// The page Cells: another cell, state, character or view is shown at once, from states that are
// computed here. The server is informed after a pause, for the parts that only it can compute.

import { CellStates } from "../../../browser/cells.js";
import { CellStep } from "../cell_step/cell_step.js";
import { createHeatmap, endHeatmap, showHeatmap } from "../heatmap/heatmap.js";
import { createHighlight, showHighlight } from "../highlight/highlight.js";
import { Properties } from "../properties/properties.js";
import { fillTexts, findTexts } from "../shared/dial_words.js";
import { modelAt } from "../shared/models.js";
import { mounted } from "../shared/mount.js";
import { AddressWords } from "../shared/words.js";

const SLICE_MS = 9; // the part of a frame in which states are computed
const MOST_COLUMNS = 300; // in the heatmap of all cells
const SCALE = "Orange is positive, blue negative";
const HINTS = {
  see: `${SCALE}. Point at a character for its numbers; click to select it.`,
  find: "Select a few characters with the mouse, or with Shift and the arrow keys.",
  step: "Click a character to see the step that read it.",
};
const INVISIBLE = /[\p{C}\p{Z}]/u;

export class Cells {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, find, texts: findTexts(root), states: null, symbols: [] });
    this.words = new AddressWords();
    this.layerField = root.querySelector(".layer select");
    this.cellField = root.querySelector(".cell input");
    this.highlight = createHighlight(find("highlight"), {
      choose: (position) => this.#choose({ position }),
      span: (start, stop) => this.#choose({ span: `${start}-${stop}` }),
    });
    this.heatmap = createHeatmap(find("heatmap"), (cell, position) => this.#choose({ cell, position }));
    this.properties = new Properties(find("properties"), ({ layer, cell, state }) => this.#choose({ layer, cell, state }));
    this.step = new CellStep(find("step"));
    this.#listen();
  }

  #listen() {
    const { root, layerField, cellField } = this;
    layerField.addEventListener("change", () => this.#choose({ layer: layerField.value }));
    cellField.addEventListener("input", () => {
      const cell = cellField.valueAsNumber;
      if (Number.isInteger(cell) && cell >= 0 && cell < this.data.units) this.#choose({ cell });
    });
    cellField.addEventListener("change", () => (cellField.value = this.words.words.cell));
    for (const input of root.querySelectorAll(".states input")) {
      input.addEventListener("change", () => this.#choose({ state: input.value }));
    }
    for (const input of root.querySelectorAll(".looks input")) {
      input.addEventListener("change", () => {
        this.#choose({ look: input.value });
        this.words.sendNow(); // the rest of the view comes from the server
      });
    }
    this.find("back").addEventListener("click", () => this.#choose({ position: this.#number("position") - 1 }));
    this.find("on").addEventListener("click", () => this.#choose({ position: this.#number("position") + 1 }));
  }

  #choose(changes) {
    this.words.set(Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, String(value)])));
    this.#show();
  }

  #number(name) {
    return Number(this.words.words[name]);
  }

  receive(data, { setStateValue }) {
    this.words.receive(data, (state) => setStateValue("state", state));
    const isOther = data.model !== this.data?.model || data.text !== this.data.text;
    this.data = data;
    if (isOther) this.#open();
    this.#show();
  }

  /** Another model, or another text. */
  async #open() {
    const { data, words } = this;
    window.cancelAnimationFrame(this.frame);
    this.states = null;
    this.root.setAttribute("aria-busy", "true");
    this.find("layer").hidden = data.layers === 1;
    const options = Array.from({ length: data.layers }, (_, layer) => new Option(String(layer)));
    this.layerField.replaceChildren(...options);
    this.cellField.max = String(data.units - 1);
    // Other words have the server's values.
    const counts = { layer: data.layers, cell: data.units, position: Array.from(data.text).length };
    for (const [name, count] of Object.entries(counts)) {
      if (this.#number(name) >= count) words.words[name] = data.words[name];
    }
    try {
      const model = await modelAt(data.model);
      if (data.model !== this.data.model || data.text !== this.data.text) return;
      const { ids } = model.vocabulary.read(data.text);
      this.symbols = ids.map((id) => model.vocabulary.symbols[id]);
      this.labels = ids.map((id) => model.labels[id]);
      this.states = new CellStates(model, ids);
      this.find("failure").textContent = "";
      this.#read();
    } catch (error) {
      this.root.setAttribute("aria-busy", "false");
      this.find("failure").textContent = `The model cannot be read. ${error.message}`;
    }
  }

  /** Computes the states, frame by frame if the text is long. */
  #read() {
    const end = performance.now() + SLICE_MS;
    const isDone = this.states.read(() => performance.now() > end);
    if (!isDone) this.frame = window.requestAnimationFrame(() => this.#read());
    this.root.setAttribute("aria-busy", String(!isDone));
    this.#show();
  }

  // Showing

  #show() {
    const { words, data } = this;
    const { look, state } = words.words;
    const [layer, cell] = [this.#number("layer"), this.#number("cell")];
    this.root.dataset.look = look;
    this.layerField.value = String(layer);
    if (this.cellField.getRootNode().activeElement !== this.cellField) this.cellField.value = String(cell);
    for (const input of this.root.querySelectorAll(".looks input, .states input")) {
      input.checked = input.value === words.words[input.name];
    }
    const about = data.about[layer]?.[cell];
    fillTexts(this.texts, { about: about ? `Mostly about: ${about}.` : "", measures: data.measures });
    this.find("known").hidden = data.rows.length === 0;
    this.properties.show(
      data.rows,
      (each) => each.layer === layer && each.cell === cell && each.state === state,
    );
    if (!this.states || look === "off") return;
    const shown = { look, layer, cell, state, position: this.#number("position"), name: nameOf(layer, cell, data.layers) };
    this.#showText(shown);
    if (look === "see") this.#showAll(shown);
    if (look === "step") this.#showStep(shown);
  }

  /** The colour of a cell after a character, from -1 to 1; 0 if the character is not read yet. */
  #fraction(state, layer, cell, position) {
    if (position >= this.states.after.length) return 0;
    const value = this.states.of(state, layer, position)[cell];
    return state === "c" ? Math.tanh(value) : value;
  }

  #showText({ look, layer, cell, state, position, name }) {
    const { symbols, labels, states } = this;
    const isSpan = look === "find";
    showHighlight(this.highlight, {
      symbols,
      fractions: symbols.map((_, at) => this.#fraction(state, layer, cell, at)),
      said: labels.map((label, at) => (at < states.after.length ? this.#said(label, layer, cell, at) : "")),
      label: `The text, coloured by the ${state} of cell ${name}`,
      hint: HINTS[look],
      current: isSpan ? null : position,
      choosable: !isSpan,
      spans: isSpan,
      span: isSpan ? spanOf(this.words.words.span) : null,
    });
  }

  #said(label, layer, cell, at) {
    const [c, h] = ["c", "h"].map((state) => this.states.of(state, layer, at)[cell].toFixed(3).replace("-", "−"));
    return `“${label}”: c = ${c}, h = ${h}`;
  }

  /** All cells at the characters around the selected one. */
  #showAll({ layer, cell, state, position }) {
    const { symbols, labels, data } = this;
    const first = Math.min(Math.max(0, position - MOST_COLUMNS / 2), Math.max(0, symbols.length - MOST_COLUMNS));
    const columns = symbols.slice(first, first + MOST_COLUMNS);
    const values = new Float64Array(data.units * columns.length);
    for (let row = 0, at = 0; row < data.units; row += 1) {
      for (let column = 0; column < columns.length; column += 1, at += 1) {
        values[at] = this.#fraction(state, layer, row, first + column);
      }
    }
    showHeatmap(this.heatmap, {
      cells: data.units,
      first,
      symbols: columns.map((symbol, at) => (symbol !== " " && INVISIBLE.test(symbol) ? labels[first + at] : symbol)),
      values,
      cell,
      position,
      label: "All cells at all characters; arrows move, Enter chooses",
      hint: `${SCALE}.`,
    });
  }

  #showStep({ layer, cell, position, name }) {
    const { symbols, labels, data } = this;
    this.find("back").disabled = position === 0;
    this.find("on").disabled = position === symbols.length - 1;
    fillTexts(this.texts, { which: `character ${position + 1} of ${symbols.length}, cell ${name}` });
    const about = { symbol: labels[position], layer, units: data.units };
    this.step.show(this.states.step(position, layer, cell), about);
  }

  end() {
    window.cancelAnimationFrame(this.frame);
    endHeatmap(this.heatmap);
    this.step.end();
    this.words.end();
  }
}

/** A cell's number, and its layer if there are several. */
function nameOf(layer, cell, layers) {
  return layers === 1 ? String(cell) : `${layer}·${cell}`;
}

/** The span of a word such as "3-7"; null for none. */
function spanOf(word) {
  return /^\d+-\d+$/.test(word ?? "") ? word.split("-").map(Number) : null;
}

export default mounted(".cells", Cells);
