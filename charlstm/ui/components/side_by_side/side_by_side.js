// Texts from one prompt that the server wrote, shown side by side, character by character.

import { Column } from "../comparison/column.js";
import { copyFrom } from "../seed_and_length/seed_and_length.js";
import { mounted } from "../shared/mount.js";
import { Player } from "../shared/player.js";
import { AddressWords } from "../shared/words.js";

export class SideBySide {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    Object.assign(this, { box: find("columns"), legend: find("marks-legend"), columns: [] });
    this.words = new AddressWords();
    this.player = new Player(root, this.words, this.box, {
      show: (count) => this.#show(count),
      changed: () => this.#changed(),
    });
    this.player.stepByKey();
    const whole = () => this.data.columns.map(({ text }) => this.data.prompt + text).join("\n\n");
    find("copy").addEventListener("click", ({ target }) => copyFrom(target, whole()));
  }

  /** `columns`: [{ name, colour, text, marks as [[position, sentence]], invented as [[start, end]] }]. */
  receive(data, { setStateValue }) {
    const isNews = this.words.receive(data, (state) => setStateValue("state", state));
    const isSame = JSON.stringify(data.columns) === JSON.stringify(this.data?.columns);
    this.data = data;
    if (isNews) this.player.setSpeed(data.words.speed);
    if (isNews || !isSame) this.#begin(isNews ? data.words.shown : null);
  }

  /** An address tells where its texts were paused; other texts start from the first character. */
  #begin(shown) {
    const { columns, prompt, legend } = this.data;
    this.box.replaceChildren();
    this.columns = columns.map(({ name, colour }) => {
      const column = new Column(this.box, () => {});
      column.set(name, colour, prompt);
      return column;
    });
    this.symbols = columns.map(({ text }) => Array.from(text));
    this.legend.textContent = legend;
    this.player.setLength(Math.max(...this.symbols.map(({ length }) => length)));
    if (shown === null) this.player.startFrom(0);
    else this.player.pauseAt(Math.min(Number(shown), this.player.length));
  }

  #show(count) {
    this.columns.forEach((column, index) => {
      const { marks, invented } = this.data.columns[index];
      column.show(this.symbols[index].slice(0, count), marks);
      column.markInvented(invented.filter(([, end]) => end <= count)); // known only at a word's end
    });
  }

  #changed() {
    if (this.player.isComplete && this.columns.length) this.player.announce("character");
  }

  end() {
    this.player.end();
    this.words.end();
  }
}

export default mounted(".side-by-side", SideBySide);
