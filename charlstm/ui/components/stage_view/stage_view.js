// Stages of one distribution: a row of bars for each, every symbol in the same position in all.
// Another scale is sent to Python as setTriggerValue("scale", value). Scales are defined in bars.js.
// Text only ever becomes textContent.

import { LOG_FLOOR, axisFraction, part, walk } from "../shared/bars.js";
import { answerForPictures } from "../shared/picture.js";
import { probabilityWords } from "../shared/probability.js";
import { stagesPicture } from "./stage_picture.js";

const NARROWEST_SYMBOL = 14; // px, under which symbols become rows
const HEADING_WIDTH = 208; // px, the same as in stage_view.css

const views = new WeakMap(); // one per root element; it outlives re-renders

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".stages");
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  view.send = (scale) => setTriggerValue("scale", scale);
  view.scale = data.scale;
  for (const input of scales(view)) input.checked = input.value === data.scale;
  setStages(view, data);
  return () => {
    view.observer.disconnect();
    view.noPicture();
    views.delete(root);
  };
}

function createView(root) {
  const view = {
    root,
    headings: root.querySelector(".headings"),
    list: root.querySelector(".symbols"),
    readout: root.querySelector(".readout"),
    top: root.querySelector(".top"),
    data: null,
    symbols: [], // per symbol: { option, cells: one element per stage }
    scale: "linear", // as Python says, or the person since
    pointed: 0, // the symbol that is said in words
  };
  view.observer = new ResizeObserver(() => arrange(view));
  view.observer.observe(root);
  view.noPicture = answerForPictures({ stages: () => view.data && stagesPicture(view) });
  listen(view);
  return view;
}

/** Build all anew: any stage can have changed. */
function setStages(view, data) {
  const { root, list, headings } = view;
  const held = list.contains(list.getRootNode().activeElement); // a rerun keeps the focus
  const { labels, stages } = data;
  view.data = data;
  root.style.setProperty("--stages", stages.length);
  root.style.setProperty("--colour", stages.at(-1).colour);
  root.classList.toggle("words", data.words);
  root.classList.toggle("long-letters", labels.some((label) => Array.from(label).length > 1));
  headings.replaceChildren(...stages.map(createHeading));
  view.symbols = labels.map((_, index) => createSymbol(data, index));
  arrange(view); // before thousands of symbols are laid out in the wrong way
  list.replaceChildren(...view.symbols.map(({ option }) => option));
  draw(view);
  view.pointed = Math.min(view.pointed, labels.length - 1);
  point(view, view.pointed);
  if (held) view.symbols[view.pointed].option.focus();
}

function createHeading({ title, facts }) {
  const heading = document.createElement("div");
  heading.className = "heading";
  part("span", "title", heading).textContent = title;
  const figures = part("span", "facts", heading);
  facts.forEach((fact, number) => {
    if (number) figures.append(" ");
    part("span", "fact", figures).textContent = number < facts.length - 1 ? `${fact},` : fact;
  });
  return heading;
}

function createSymbol({ labels, said, stages }, index) {
  const option = document.createElement("div");
  option.className = "symbol";
  option.setAttribute("role", "option");
  option.setAttribute("aria-label", said[index]);
  option.setAttribute("aria-selected", "false");
  option.dataset.index = String(index);
  option.tabIndex = -1;
  part("span", "label", option).textContent = labels[index];
  const cells = stages.map(({ states, colour }) => {
    const cell = part("span", `cell ${states[index]}`, option);
    cell.style.setProperty("--colour", colour);
    part("i", "bar", part("span", "area", cell));
    const letter = part("span", "letter", cell);
    letter.textContent = states[index] === "gone" ? "·" : labels[index];
    letter.classList.toggle("long", Array.from(letter.textContent).length > 1);
    return cell;
  });
  return { option, cells };
}

/** Symbols are columns where every one has room for its letter, else rows. */
function arrange({ root, data }) {
  if (!data || !root.clientWidth) return;
  const room = (root.clientWidth - HEADING_WIDTH) / data.labels.length;
  const layout = data.words || room < NARROWEST_SYMBOL ? "rows" : "columns";
  if (root.dataset.layout !== layout) root.dataset.layout = layout;
}

/** All stages share one axis: what is redistributed is seen to grow. */
function draw({ root, top, symbols, data, scale }) {
  symbols.forEach(({ cells }, index) => {
    cells.forEach((cell, position) => {
      const fraction = axisFraction(data.stages[position].shown[index], scale);
      cell.style.setProperty("--fraction", fraction);
    });
  });
  const down = scale === "log" ? `, down to ${probabilityWords(10 ** LOG_FLOOR)}` : "";
  top.textContent = `${probabilityWords(1)}${down}`;
  root.dataset.scale = scale;
  root.dataset.ready = "true";
}

/** One symbol is pointed at, in the tab order, and said in words. */
function point(view, index) {
  const before = view.symbols[view.pointed].option;
  before.tabIndex = -1;
  before.setAttribute("aria-selected", "false");
  const { option } = view.symbols[index];
  option.tabIndex = 0;
  option.setAttribute("aria-selected", "true");
  view.pointed = index;
  view.readout.textContent = view.data.said[index];
}

function listen(view) {
  const { list } = view;
  const at = (event) => {
    const option = event.target.closest?.(".symbol");
    return option ? Number(option.dataset.index) : null;
  };
  for (const name of ["pointerover", "focusin"]) {
    list.addEventListener(name, (event) => {
      const index = at(event);
      if (index !== null) point(view, index);
    });
  }
  list.addEventListener("keydown", (event) => {
    const order = view.symbols.map((_, index) => index);
    const next = walk({ order }, at(event), event.key);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    view.symbols[next].option.focus();
  });
  for (const input of scales(view)) {
    input.addEventListener("change", () => {
      view.scale = input.value;
      draw(view);
      view.send(input.value);
    });
  }
}

function scales({ root }) {
  return Array.from(root.querySelectorAll('input[name="stage-scale"]'));
}
