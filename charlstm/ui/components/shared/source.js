// The model of a page: fetched when the page asks for another model or prompt.

import { modelAt } from "./models.js";

const NAMES = ["model", "knownOnly", "prompt", "strategies"]; // the data that the text depends on

export class Source {
  /** `failure`: the element for an error. `opened(model)` is called when the model is loaded. */
  constructor(root, failure, opened) {
    Object.assign(this, { root, failure, opened, asked: null, isOpen: false });
  }

  /** Takes data; returns whether the model that they ask for is loaded, so nothing is fetched. */
  receive(data) {
    const asked = JSON.stringify(NAMES.map((name) => data[name]));
    if (asked !== this.asked) this.#open(data, asked);
    return this.isOpen;
  }

  async #open(data, asked) {
    Object.assign(this, { asked, isOpen: false });
    this.root.setAttribute("aria-busy", "true");
    try {
      const model = await modelAt(data.model, data.knownOnly);
      if (asked !== this.asked) return; // another model was requested meanwhile
      this.isOpen = true;
      this.failure.hidden = true;
      this.opened(model); // the component is busy until it has written
    } catch (error) {
      this.root.setAttribute("aria-busy", "false");
      this.failure.textContent = `The model cannot be loaded: ${error.message}`;
      this.failure.hidden = false;
    }
  }
}
