// One of several texts: its name, the prompt, the text, and marks where it differs from a neighbour.

import { Characters } from "../shared/characters.js";
import { make } from "../shared/elements.js";

export class Column {
  /** A column at the end of a box; `opened(position)` is called for a click on a mark. */
  constructor(box, opened) {
    this.element = make("section", "page");
    this.name = this.element.appendChild(make("h2", "column-name"));
    const text = this.element.appendChild(make("p", "text"));
    text.dir = "auto";
    this.text = new Characters(text);
    this.marked = [];
    this.element.addEventListener("click", ({ target }) => {
      if (target.matches(".differs")) opened(Number(target.dataset.index));
    });
    box.append(this.element);
  }

  set(name, colour, prompt) {
    this.name.textContent = name;
    this.element.style.setProperty("--temperature-colour", colour);
    this.text.setPrompt(prompt);
  }

  /** `marks`: [[position, sentence]]; two at the same position become one mark. */
  show(symbols, marks) {
    this.text.show(symbols);
    const sentences = new Map();
    for (const [position, sentence] of marks) {
      sentences.set(position, [...(sentences.get(position) ?? []), sentence]);
    }
    for (const span of this.marked) {
      span.classList.remove("differs");
      span.title = "";
    }
    this.marked = [...sentences.keys()].map((position) => this.text.spans[position]).filter(Boolean);
    for (const span of this.marked) {
      span.classList.add("differs");
      span.title = sentences.get(Number(span.dataset.index)).join(" ");
    }
  }

  markInvented(spans) {
    this.text.setClass("invented", spans);
  }
}
