// The page Compare: two to six temperatures from one prompt, the same random numbers.

import { Comparison } from "../comparison/comparison.js";
import { shortFigure } from "../shared/dial_words.js";
import { mounted } from "../shared/mount.js";
import { AddressWords } from "../shared/words.js";
import { readTemperatures } from "./temperatures.js";

export class Compare {
  constructor(root) {
    this.words = new AddressWords();
    this.field = root.querySelector(".temperatures");
    this.note = root.querySelector(".temperatures-note");
    this.comparison = new Comparison(root, this.words, {
      columns: () => this.#columns(),
      same: "They do not: all columns produced the same text.",
    });
    this.field.addEventListener("change", () => {
      this.words.set({ temperatures: this.field.value });
      this.#read();
      this.comparison.write();
    });
  }

  receive(data, { setStateValue }) {
    const isNews = this.words.receive(data, (state) => setStateValue("state", state));
    this.data = data;
    if (isNews) {
      this.field.value = data.words.temperatures;
      this.#read();
    }
    this.comparison.receive(data, isNews);
  }

  /** Until the field holds valid temperatures, the default ones are used. */
  #read() {
    const { limits, usual, message } = this.data;
    const temperatures = readTemperatures(this.field.value, limits);
    this.temperatures = temperatures ?? usual;
    this.field.setAttribute("aria-invalid", String(temperatures === null));
    this.note.textContent = temperatures ? "" : message;
    this.note.hidden = temperatures !== null;
  }

  #columns() {
    const { strategies } = this.data;
    return this.temperatures.map((temperature) => {
      const name = `T = ${shortFigure(temperature)}`;
      return { temperature, strategies, name, line: name };
    });
  }

  end() {
    this.comparison.end();
    this.words.end();
  }
}

export default mounted(".compare", Compare);
