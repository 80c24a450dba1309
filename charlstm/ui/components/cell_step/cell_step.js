// One step of one cell: fills the diagram, the table of sums and the equations with its numbers.

import { answerForPictures, svgPicture } from "../shared/picture.js";

const GATE_WORDS = { i: ["i, input", "σ"], f: ["f, forget", "σ"], g: ["g, candidate", "tanh"], o: ["o, output", "σ"] };

const answers = new WeakMap(); // per root element: what ends its answering for a picture

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".step");
  const { numbers, sums } = data;
  const products = { kept: numbers.f * numbers.c_before, added: numbers.i * numbers.g };
  const shown = Object.fromEntries(
    Object.entries({ ...numbers, ...products, tanh_c: Math.tanh(numbers.c) }).map(([name, value]) => [name, figure(value)]),
  );
  const texts = {
    ...shown,
    ...data.words,
    "c-sum": `${shown.f} · ${factor(shown.c_before)} + ${shown.i} · ${factor(shown.g)}`,
    "h-product": `${shown.o} · ${factor(shown.tanh_c)}`,
  };
  for (const element of root.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.dataset.text];
  }
  for (const gate of root.querySelectorAll(".gate")) {
    const value = numbers[gate.dataset.gate];
    gate.classList.toggle("below", value < 0);
    gate.style.setProperty("--fraction", String(Math.abs(value)));
  }
  root.querySelector("tbody").replaceChildren(...sums.map(createRow));
  root.dataset.numbers = JSON.stringify(numbers);
  answers.get(root)?.();
  answers.set(root, answerForPictures({ step: () => svgPicture(root.querySelector("svg"), data.words.sentence) }));
  return () => answers.get(root)?.();
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
