// Stages of one distribution: a row of bars for each, with every symbol at the same position in all.
// The data come from stages.js, scales from bars.js. Text is only ever set as textContent.

import { LOG_FLOOR, axisFraction, part, walk } from "../shared/bars.js";
import { answerForPictures } from "../shared/picture.js";
import { probabilityWords } from "../shared/probability.js";
import { stagesPicture } from "./stage_picture.js";

const NARROWEST_SYMBOL = 14; // px; below this, symbols become rows
const HEADING_WIDTH = 208; // px, the same as in stage_view.css

export class StageView {
  /** The view in a `.stages` element; `scaled(scale)` is called when a person chooses another. */
  constructor(root, scaled) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, scaled, data: null, scale: "linear" });
    this.headings = find("headings");
    this.list = find("symbols");
    this.readout = find("readout");
    this.top = find("top");
    this.symbols = []; // { option, cells: one element per stage }
    this.pointed = 0; // the symbol of the readout
    this.scales = Array.from(root.querySelectorAll('input[name="stage-scale"]'));
    this.observer = new ResizeObserver(() => this.#arrange());
    this.observer.observe(root);
    this.noPicture = answerForPictures({ stages: () => this.data && stagesPicture(this) });
    this.#listen();
  }

  setScale(scale) {
    this.scale = scale;
    for (const input of this.scales) input.checked = input.value === scale;
    if (this.data) this.#draw();
  }

  /** Shows the result of stagesShown; new elements are made only for other symbols or more stages. */
  show(data) {
    const isNew =
      this.data?.stages.length !== data.stages.length ||
      this.data.labels.length !== data.labels.length;
    this.data = data;
    if (isNew) this.#build();
    data.stages.forEach((stage, position) => fillHeading(this.headings.children[position], stage));
    this.symbols.forEach((symbol, index) => fillSymbol(symbol, data, index));
    this.#draw();
    this.#point(this.pointed);
  }

  end() {
    this.observer.disconnect();
    this.noPicture();
  }

  #build() {
    const { root, list, data } = this;
    const held = list.contains(list.getRootNode().activeElement); // the focus stays
    root.style.setProperty("--stages", data.stages.length);
    root.classList.toggle("words", data.words);
    root.classList.toggle("long-letters", data.labels.some((label) => Array.from(label).length > 1));
    this.headings.replaceChildren(...data.stages.map(createHeading));
    this.symbols = data.labels.map((_, index) => createSymbol(data, index));
    this.#arrange(); // before thousands of symbols get the wrong layout
    list.replaceChildren(...this.symbols.map(({ option }) => option));
    this.pointed = Math.min(this.pointed, data.labels.length - 1);
    if (held) this.symbols[this.pointed].option.focus();
  }

  /** Symbols are columns if every one has room for its letter, otherwise rows. */
  #arrange() {
    const { root, data } = this;
    if (!data || !root.clientWidth) return;
    const room = (root.clientWidth - HEADING_WIDTH) / data.labels.length;
    const layout = data.words || room < NARROWEST_SYMBOL ? "rows" : "columns";
    if (root.dataset.layout !== layout) root.dataset.layout = layout;
  }

  /** All stages share one axis, so that growing probabilities are visible. */
  #draw() {
    const { root, data, scale } = this;
    root.style.setProperty("--colour", data.stages.at(-1).colour);
    this.symbols.forEach(({ cells }, index) => {
      cells.forEach((cell, position) => {
        const fraction = axisFraction(data.stages[position].shown[index], scale);
        cell.style.setProperty("--fraction", fraction);
      });
    });
    const down = scale === "log" ? `, down to ${probabilityWords(10 ** LOG_FLOOR)}` : "";
    this.top.textContent = `${probabilityWords(1)}${down}`;
    root.dataset.scale = scale;
    root.dataset.ready = "true";
  }

  /** Points at one symbol: it is in the tab order and described in the readout. */
  #point(index) {
    const before = this.symbols[this.pointed].option;
    before.tabIndex = -1;
    before.setAttribute("aria-selected", "false");
    const { option } = this.symbols[index];
    option.tabIndex = 0;
    option.setAttribute("aria-selected", "true");
    this.pointed = index;
    this.readout.textContent = this.data.said[index];
  }

  #listen() {
    const at = (event) => {
      const option = event.target.closest?.(".stage-symbol");
      return option ? Number(option.dataset.index) : null;
    };
    for (const name of ["pointerover", "focusin"]) {
      this.list.addEventListener(name, (event) => {
        const index = at(event);
        if (index !== null) this.#point(index);
      });
    }
    this.list.addEventListener("keydown", (event) => {
      const order = this.symbols.map((_, index) => index);
      const next = walk({ order }, at(event), event.key);
      if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.symbols[next].option.focus();
    });
    for (const input of this.scales) {
      input.addEventListener("change", () => {
        this.setScale(input.value);
        this.scaled(input.value);
      });
    }
  }
}

function createHeading() {
  const heading = document.createElement("div");
  heading.className = "heading";
  part("span", "title", heading);
  part("span", "facts", heading);
  return heading;
}

function fillHeading(heading, { title, facts }) {
  heading.querySelector(".title").textContent = title;
  const figures = heading.querySelector(".facts");
  figures.replaceChildren();
  facts.forEach((fact, number) => {
    if (number) figures.append(" ");
    part("span", "fact", figures).textContent = number < facts.length - 1 ? `${fact},` : fact;
  });
}

function createSymbol({ stages }, index) {
  const option = document.createElement("div");
  option.className = "stage-symbol";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.index = String(index);
  option.tabIndex = -1;
  part("span", "stage-label", option);
  const cells = stages.map(() => {
    const cell = part("span", "cell", option);
    part("i", "stage-bar", part("span", "stage-area", cell));
    part("span", "letter", cell);
    return cell;
  });
  return { option, cells };
}

function fillSymbol({ option, cells }, { labels, said, stages }, index) {
  option.setAttribute("aria-label", said[index]);
  option.firstChild.textContent = labels[index];
  cells.forEach((cell, position) => {
    const { states, colour } = stages[position];
    cell.className = `cell ${states[index]}`;
    cell.style.setProperty("--colour", colour);
    const letter = cell.lastChild;
    letter.textContent = states[index] === "gone" ? "·" : labels[index];
    letter.classList.toggle("long", Array.from(letter.textContent).length > 1);
  });
}
