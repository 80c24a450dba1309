// Texts from one prompt with the same random numbers, side by side. They are written here, and if
// two neighbours differ, the reason is shown. The page defines the columns.

import { Writing } from "../../../browser/writing.js";
import { colourOf } from "../dial/dial.js";
import { SeedAndLength } from "../seed_and_length/seed_and_length.js";
import { Player } from "../shared/player.js";
import { Slices } from "../shared/slices.js";
import { Source } from "../shared/source.js";
import { Column } from "./column.js";
import { forksOf } from "./forks.js";
import { Why } from "./why.js";

const MARKED = "Marked: where neighbours begin to differ; click it to see why.";
const SLOWEST_DROP = 30; // symbols per second; at higher speeds the random number does not visibly drop

export class Comparison {
  /**
   * In a `.comparison` element. `words` are AddressWords. `page`: { columns() as [{ temperature,
   * strategies, name, line }], with the name above a column and the line next to its probabilities;
   * opened(model); same, the sentence for columns that do not differ }.
   */
  constructor(root, words, page) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { root, find, words, page, writings: [], columns: [], how: [], forks: [] });
    this.pair = null; // the left of the two neighbours that a person chose last
    this.player = new Player(root, words, find("columns"), {
      show: () => this.#show(),
      changed: () => this.#rest(),
    });
    this.slices = new Slices((isDone) => this.#written(isDone));
    this.why = new Why(find("why"), (pair) => this.#choose(pair));
    this.asked = new SeedAndLength(root, {
      seed: (seed) => this.#setSeed(seed),
      length: (length) => this.#setLength(length),
      text: () => this.texts().map((text) => this.data.prompt + text).join("\n\n"),
    });
    this.source = new Source(root, find("failure"), (model) => this.#opened(model));
    this.player.stepByKey();
  }

  /** What each column wrote. */
  texts() {
    return this.writings.map((writing) => writing.text);
  }

  // What comes from the page

  /** `isNews`: the words in the address differ from those of this component. */
  receive(data, isNews) {
    this.data = data;
    if (isNews) this.#takeWords(data.words);
    if (!this.source.receive(data)) return;
    if (isNews) this.#begin();
    this.#markInvented();
  }

  #takeWords(words) {
    this.player.setSpeed(words.speed);
    this.asked.take(words, this.data);
    this.shown = words.shown ? Number(words.shown) : null;
    this.wanted = Number(words.fork ?? 0);
    this.pair = null;
  }

  #opened(model) {
    this.model = model;
    this.asked.setUnit(model.unit);
    this.page.opened?.(model);
    this.#begin();
    this.#markInvented();
  }

  // Writing

  /** New texts: another model, prompt, seed, or strategy. */
  #begin() {
    const { ids } = this.model.vocabulary.read(this.data.prompt);
    this.start = this.model.after(ids);
    this.writings = [];
    this.forks = [];
    this.player.setLength(this.asked.length);
    if (this.shown === null) this.player.startFrom(0);
    else this.player.pauseAt(this.shown);
    this.write();
  }

  /** Writes the current columns; unchanged parts of the texts are kept. */
  write() {
    if (!this.model) return;
    this.words.dropText();
    const before = this.writings;
    this.how = this.page.columns();
    if (this.pair + 1 >= this.how.length) this.pair = null;
    this.writings = this.how.map(({ temperature, strategies }, index) => {
      const how = { temperatureAt: () => temperature, strategies };
      before[index]?.rewrite(how);
      return before[index] ?? new Writing(this.model, [], this.asked.seed, { ...how, start: this.start });
    });
    this.#setColumns();
    this.slices.start(this.writings, this.asked.length);
  }

  #setColumns() {
    while (this.columns.length < this.how.length) {
      const index = this.columns.length;
      this.columns.push(new Column(this.find("columns"), (position) => this.#openMark(index, position)));
    }
    for (const extra of this.columns.splice(this.how.length)) extra.element.remove();
    this.how.forEach(({ name, temperature }, index) => {
      this.columns[index].set(name, colourOf(this.data.colours, temperature), this.data.prompt);
    });
    this.why.setPairs(this.how);
  }

  #setSeed(seed) {
    this.shown = null;
    this.words.set({ seed: String(seed), shown: null });
    if (this.model) this.#begin();
  }

  #setLength(length) {
    this.words.set({ length: String(length) });
    if (!this.model) return;
    this.player.setLength(length);
    this.slices.start(this.writings, length);
  }

  #written(isDone) {
    this.isWritten = isDone;
    this.root.setAttribute("aria-busy", String(!isDone));
    this.forks = forksOf(this.writings, this.asked.length);
    this.#show();
    this.#rest();
  }

  // Two neighbours

  /** The left of the two selected neighbours: chosen by a person, or taken from the address. */
  #pairNow() {
    return this.pair ?? (this.forks[this.wanted] ?? this.forks[0])?.left ?? 0;
  }

  #choose(pair) {
    this.pair = pair;
    this.#keepFork();
    this.#show();
  }

  /** The address counts the forks, not the columns. */
  #keepFork() {
    const number = this.forks.findIndex(({ left }) => left === this.pair);
    if (number >= 0) this.words.set({ fork: String(number) });
  }

  /** A click on a mark shows the reason; if a third column differs too, another click shows that. */
  #openMark(column, position) {
    const here = this.#forksAt(column).filter((fork) => fork.position === position);
    const other = here.find(({ left }) => left !== this.#pairNow()) ?? here[0];
    this.#choose(other.left);
    const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.why.root.scrollIntoView({ block: "nearest", behavior: isCalm ? "auto" : "smooth" });
  }

  #forksAt(column) {
    return this.forks.filter(({ left }) => left === column || left + 1 === column);
  }

  // Showing

  #show() {
    if (!this.writings.length) return;
    const { count } = this.player;
    this.columns.forEach((column, index) => {
      const written = this.writings[index].symbols.slice(0, count);
      column.show(written, this.#forksAt(index).map((fork) => [fork.position, this.#sentence(fork)]));
    });
    this.#showWhy();
  }

  #sentence({ left, position }) {
    return this.why.sentence(this.#side(left, position), this.#side(left + 1, position), position, this.model);
  }

  /** One of the two columns of a pair, at a position. */
  #side(column, position) {
    const { name, line, temperature } = this.how[column];
    const colour = colourOf(this.data.colours, temperature);
    return { name, line, colour, step: this.writings[column].steps[position] };
  }

  /** Up to the fork both columns draw from the same text; the moment is there, or at the newest symbol. */
  #showWhy() {
    const pair = this.#pairNow();
    const { writings, player, model } = this;
    this.why.root.hidden = writings.length < 2;
    if (writings.length < 2) return;
    const fork = this.forks.find(({ left }) => left === pair);
    const position = Math.min(Math.max(player.count - 1, 0), fork?.position ?? Infinity);
    const written = writings[pair].symbols.slice(0, position);
    if (writings.slice(pair, pair + 2).some(({ steps }) => !steps[position])) return;
    this.why.show({
      pair,
      forks: this.forks,
      position,
      isDrawn: player.count > 0,
      same: this.isWritten && player.isComplete && !fork ? this.#sameWords() : "",
      before: this.data.prompt + written.join(""),
      model,
      sides: [pair, pair + 1].map((column) => ({
        ...this.#side(column, position),
        probabilities: writings[column].distributionAt(position).probabilities,
      })),
      drops: player.rate <= SLOWEST_DROP || !player.playing,
    });
  }

  #sameWords() {
    return this.forks.length ? "These two do not: they are the same text." : this.page.same;
  }

  /** Complete texts at rest are sent to the server, which knows the words of the corpus. */
  #rest() {
    if (!this.isWritten || !this.player.isComplete || !this.writings.length) return;
    if (this.pair !== null) this.#keepFork();
    this.words.setText(this.texts());
    this.player.announce(this.model.unit);
    this.#markInvented();
  }

  #markInvented() {
    const { invented } = this.data;
    const isOfThese = JSON.stringify(invented.texts) === JSON.stringify(this.texts());
    this.columns.forEach((column, index) => column.markInvented(isOfThese ? invented.spans[index] ?? [] : []));
    const legends = [this.forks.length ? MARKED : "", isOfThese ? this.data.legend : ""];
    this.find("marks-legend").textContent = legends.filter(Boolean).join(" ");
  }

  end() {
    this.player.end();
    this.slices.stop();
    this.why.end();
  }
}
