// The model that a page asks for: fetched when another one, or another prompt, is asked for.

import { modelAt } from "./models.js";

const NAMES = ["model", "knownOnly", "prompt", "strategies"]; // what of the data makes another text

export class Source {
  /** `failure`: where it is said that there is no model. `opened(model)` is called when it is there. */
  constructor(root, failure, opened) {
    Object.assign(this, { root, failure, opened, asked: null, isOpen: false });
  }

  /** Takes data; returns whether they ask for what is here, and not for something that is fetched. */
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
      if (asked !== this.asked) return; // another one was asked for meanwhile
      this.isOpen = true;
      this.failure.hidden = true;
      this.opened(model); // what it writes with the model says when it has done so
    } catch (error) {
      this.root.setAttribute("aria-busy", "false");
      this.failure.textContent = `The model cannot be loaded: ${error.message}`;
      this.failure.hidden = false;
    }
  }
}
