// One step of one cell: fills the diagram, the table of sums and the equations with numbers.

import { fillTexts, findTexts } from "../shared/dial_words.js";
import { answerForPictures, svgPicture } from "../shared/picture.js";
import { probabilityWords } from "../shared/probability.js";

const GATE_WORDS = { i: ["i, input", "σ"], f: ["f, forget", "σ"], g: ["g, candidate", "tanh"], o: ["o, output", "σ"] };

/** A diagram in its element. */
export class CellStep {
  constructor(root) {
    this.root = root;
    const picture = () => svgPicture(root.querySelector("svg"), this.sentence);
    this.noPicture = answerForPictures({ step: picture });
  }

  /** Shows the numbers and sums of browser/cells.js. */
  show({ numbers, sums }, { symbol, layer, units }) {
    const { root } = this;
    const products = { kept: numbers.f * numbers.c_before, added: numbers.i * numbers.g };
    const shown = Object.fromEntries(
      Object.entries({ ...numbers, ...products, tanh_c: Math.tanh(numbers.c) }).map(([name, value]) => [name, figure(value)]),
    );
    this.sentence =
      `At “${symbol}” it kept ${probabilityWords(numbers.f)} of the ${short(numbers.c_before)} that it held,` +
      ` added ${short(products.added)}, and output ${probabilityWords(numbers.o)} of the tanh of the sum.`;
    fillTexts(findTexts(root), {
      ...shown,
      "reads": layer ? `reads layer ${layer - 1}` : `reads “${symbol}”`,
      "also": `and output h before, of all ${units} cells`,
      "input-name": layer ? "h below · W" : "row of W",
      "sentence": this.sentence,
      "c-sum": `${shown.f} · ${factor(shown.c_before)} + ${shown.i} · ${factor(shown.g)}`,
      "h-product": `${shown.o} · ${factor(shown.tanh_c)}`,
    });
    for (const gate of root.querySelectorAll(".gate")) {
      const value = numbers[gate.dataset.gate];
      gate.classList.toggle("negative", value < 0);
      gate.style.setProperty("--fraction", String(Math.abs(value)));
    }
    root.querySelector("tbody").replaceChildren(...sums.map(createRow));
    root.dataset.numbers = JSON.stringify(numbers);
  }

  end() {
    this.noPicture();
  }
}

function createRow({ gate, parts, value }) {
  const line = document.createElement("tr");
  const [name, of] = GATE_WORDS[gate];
  line.append(Object.assign(document.createElement("th"), { textContent: name, scope: "row" }));
  const z = parts.at(-1);
  for (const text of [...parts.map(figure), `${of}(${figure(z)}) = ${figure(value)}`]) {
    line.append(Object.assign(document.createElement("td"), { textContent: text }));
  }
  return line;
}

function figure(value) {
  const rounded = Math.abs(value).toFixed(4);
  return value < 0 && Number(rounded) !== 0 ? `−${rounded}` : rounded;
}

function factor(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

function short(value) {
  return value.toFixed(2).replace("-", "−");
}
