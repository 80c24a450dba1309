// Why two texts differ: the probabilities of both as two lines, each from 0 to 1, and the random number
// at the same point of both.

import { Pieces, pointAt } from "../draw/draw.js";
import { make } from "../shared/elements.js";
import { answerForPictures } from "../shared/picture.js";
import { forkPicture } from "./fork_picture.js";

const SHOWN_BEFORE = 40;

export class Why {
  /** In a `.why` element; `choose(left)` is called when a person chooses two neighbours. */
  constructor(root, choose) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, choose, moment: null });
    this.neighbours = find("neighbours");
    this.words = find("why-words");
    this.picture = find("fork");
    this.names = [...find("fork-names").children];
    this.lines = [...root.querySelectorAll(".pieces")].map((each) => new Pieces(each));
    this.needle = find("needle");
    this.noPicture = answerForPictures({ fork: () => this.moment && forkPicture(this.root, this.moment) });
    this.neighbours.addEventListener("change", ({ target }) => choose(Number(target.value)));
  }

  /** Offers the choice of two neighbours among columns. */
  setPairs(columns) {
    const pairs = columns.slice(1).map(({ line }, left) => `${columns[left].line} | ${line}`.replaceAll("T = ", ""));
    const key = pairs.join("\n");
    if (key === this.pairs) return;
    this.pairs = key;
    this.neighbours.hidden = pairs.length < 2;
    this.inputs = pairs.map((_, left) => {
      const input = make("input");
      return Object.assign(input, { type: "radio", name: "neighbours", value: String(left) });
    });
    const labels = pairs.map((pair, left) => {
      const label = make("label");
      label.append(this.inputs[left], Object.assign(make("span"), { textContent: pair }));
      return label;
    });
    this.neighbours.replaceChildren(this.neighbours.firstElementChild, ...labels);
  }

  /** What the random number picked in both, as a sentence. */
  sentence(one, other, position, model) {
    const [a, b] = [one, other].map(({ step }) => `“${model.labels[step.symbol]}”`);
    const number = Math.min(one.step.uniform, 0.999).toFixed(3);
    const picks = `The random number ${number} picks ${model.unit} ${position + 1}:`;
    if (one.step.symbol === other.step.symbol) return `${picks} ${a} in both.`;
    return `${picks} ${a} at ${one.name}, ${b} at ${other.name}.`;
  }

  /**
   * Shows a moment of two neighbours: { pair, forks, position, isDrawn, same, before, model, sides,
   * drops }; a side is { name, line, colour, step, probabilities }.
   */
  show(moment) {
    const { pair, forks, isDrawn, model, sides, drops } = moment;
    this.moment = moment;
    this.inputs.forEach((input, left) => {
      input.checked = left === pair;
      input.disabled = !forks.some((fork) => fork.left === left);
    });
    this.words.textContent = this.#said(moment);
    this.picture.setAttribute("aria-label", `Two cumulative distributions. ${this.words.textContent}`);
    sides.forEach(({ line, colour, step, probabilities }, side) => {
      this.names[side].textContent = line;
      this.names[side].style.setProperty("--temperature-colour", colour);
      this.lines[side].element.style.setProperty("--temperature-colour", colour);
      this.lines[side].show(probabilities, model.labels, isDrawn ? step.symbol : undefined);
    });
    const uniform = isDrawn ? sides[0].step.uniform : undefined;
    if (uniform !== this.uniform) pointAt(this.needle, uniform, drops);
    this.uniform = uniform;
  }

  #said({ pair, forks, position, isDrawn, same, before, model, sides }) {
    if (same) return same;
    if (!isDrawn) return "";
    const sentence = this.sentence(...sides, position, model);
    const isFork = forks.some((fork) => fork.left === pair && fork.position === position);
    if (!isFork) return sentence;
    const symbols = Array.from(before.replaceAll("\n", "⏎").replaceAll("\t", "⇥"));
    const shown = `${symbols.length > SHOWN_BEFORE ? "…" : ""}${symbols.slice(-SHOWN_BEFORE).join("")}`;
    return `Both texts were the same up to “${shown}”. ${sentence}`;
  }

  end() {
    this.noPicture();
  }
}
