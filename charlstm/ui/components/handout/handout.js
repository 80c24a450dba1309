// A model as a page in one file: the views of the app's pages, without a server.
//
// A view is mounted as Streamlit would do it, and a person's settings go into the address, after "#".

import { modelFrom } from "../../../browser/model.js";
import compare from "../compare/compare.js";
import hand from "../hand/hand.js";
import learned from "../learned/learned.js";
import { keepModel } from "../shared/models.js";
import { readingWords } from "../shared/reading_words.js";
import writer from "../writer/writer.js";
import { another, MAX_LENGTH, MAX_SEED, read, write } from "./address.js";

const SHOWS = { temperature: writer, compare, hand, learned };
const MODEL = "charlstm:model"; // an address from which nothing is fetched
const REST_MS = 300;

class Handout {
  constructor({ model, opensWith, ...data }) {
    this.data = data;
    // The words of an address without any.
    this.usual = { ...opensWith, temperature: String(opensWith.temperature) };
    this.model = modelFrom(Uint8Array.from(atob(model), (letter) => letter.charCodeAt(0)).buffer);
    keepModel(MODEL, this.model);
    this.box = document.querySelector("main");
    this.prompt = document.querySelector("#prompt");
    this.revision = 0;
    this.#listen();
    this.#arrive();
  }

  #listen() {
    window.addEventListener("hashchange", () => {
      if (window.location.hash !== this.hash) this.#arrive();
    });
    this.prompt.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.#readPrompt(), REST_MS);
    });
  }

  /** Shows the view of the address. */
  #arrive() {
    const { view, words } = read(window.location.hash, this.usual);
    const isOther = view !== this.view;
    Object.assign(this, { view, words, hash: window.location.hash, typed: null });
    this.revision += 1;
    this.prompt.value = words.prompt;
    if (isOther) this.#mount();
    this.#show();
  }

  #mount() {
    this.end?.();
    const host = document.createElement("div");
    this.shadow = host.attachShadow({ mode: "open" });
    this.shadow.append(document.querySelector(`#view-${this.view}`).content.cloneNode(true));
    this.box.replaceChildren(host);
    document.body.dataset.view = this.view;
  }

  #show() {
    const reading = this.model.vocabulary.read(this.words.prompt);
    document.querySelector("#reading").textContent = readingWords(reading);
    this.#showLinks();
    this.end = SHOWS[this.view]({
      data: {
        ...this.data,
        words: this.words,
        revision: this.revision,
        prompt: reading.text,
        typed: this.typed,
        maxSeed: MAX_SEED,
        maxLength: MAX_LENGTH[this.view],
        model: MODEL,
        knownOnly: this.words.known === "1",
        strategies: [],
        invented: { text: null, texts: [], spans: [] }, // only a server knows the text
        legend: "",
      },
      parentElement: this.shadow,
      setStateValue: (_, { words, typed }) => {
        this.typed = typed;
        this.#keep(words);
      },
    });
  }

  #readPrompt() {
    this.#keep({ prompt: this.prompt.value });
    this.#show();
  }

  /** Takes words that a person set. */
  #keep(words) {
    Object.assign(this.words, words);
    window.location.hash = write(this.view, this.words, this.usual);
    this.hash = window.location.hash;
    this.#showLinks();
  }

  #showLinks() {
    for (const link of document.querySelectorAll("nav a")) {
      const { view } = link.dataset;
      link.href = another(view, this.words, this.usual);
      if (view === this.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

if ("findLast" in Array.prototype) {
  new Handout(JSON.parse(document.querySelector("#data").textContent));
  document.querySelector("#unable").remove();
}
