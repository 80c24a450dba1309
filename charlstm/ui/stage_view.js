// Stages of one distribution: a row of bars for each, every symbol in the same place in all.
// Knows what Python says was left and cut, and draws it; reweights and cuts nothing itself, and
// tells Python nothing. Scales come from dial_bars.js. Text only ever becomes textContent.

const NARROWEST_SYMBOL = 14; // px, under which symbols become rows
const HEADING_WIDTH = 208; // px, the same as in stage_view.css

const views = new WeakMap(); // one per root element; it outlives re-renders

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".stages");
  if (!views.has(root)) views.set(root, createView(root));
  const view = views.get(root);
  setStages(view, data);
  return () => {
    view.observer.disconnect();
    views.delete(root);
  };
}

function createView(root) {
  const view = {
    root,
    grid: root.querySelector(".grid"),
    list: root.querySelector(".symbols"),
    readout: root.querySelector(".readout"),
    top: root.querySelector(".top"),
    data: null,
    cells: [], // per stage and symbol: the element whose --share is its bar
    symbols: [], // the options, one per symbol, each across all stages
    scale: "linear",
    pointed: 0,
  };
  view.observer = new ResizeObserver(() => arrange(view));
  view.observer.observe(root);
  listen(view);
  return view;
}

/** Build the grid anew: it is small, and every stage can have changed. */
function setStages(view, data) {
  const held = view.list.getRootNode().activeElement?.dataset?.index; // a rerun keeps the focus
  view.data = data;
  for (const old of view.grid.querySelectorAll(".heading, .cell")) old.remove();
  view.grid.style.setProperty("--stages", data.stages.length);
  view.grid.style.setProperty("--symbols", data.labels.length);
  view.root.style.setProperty("--colour", data.stages.at(-1).colour);
  view.cells = data.stages.map((stage, place) => createStage(view, stage, place));
  setSymbolList(view);
  draw(view);
  arrange(view);
  point(view, Math.min(view.pointed, data.labels.length - 1));
  if (held !== undefined) view.symbols[Number(held)]?.focus();
}

function createStage({ grid, data }, { title, facts, states, colour }, place) {
  const heading = part("div", "heading", grid);
  heading.style.setProperty("--s", place + 1);
  part("span", "title", heading).textContent = title;
  const figures = part("span", "facts", heading);
  facts.forEach((fact, number) => {
    if (number) figures.append(", ");
    part("span", "fact", figures).textContent = fact;
  });
  return data.labels.map((label, index) => {
    const cell = part("div", `cell ${states[index]}`, grid);
    cell.setAttribute("aria-hidden", "true"); // the options say it all
    cell.style.cssText = `--s: ${place + 1}; --i: ${index + 1}; --colour: ${colour}`;
    part("i", "bar", part("span", "area", cell));
    const letter = part("span", "letter", cell);
    letter.textContent = states[index] === "gone" ? "·" : label;
    letter.classList.toggle("long", Array.from(letter.textContent).length > 1);
    return cell;
  });
}

function setSymbolList(view) {
  const { labels, said } = view.data;
  view.symbols = labels.map((label, index) => {
    const option = document.createElement("div");
    option.className = "symbol";
    option.setAttribute("role", "option");
    option.setAttribute("aria-label", said[index]);
    option.setAttribute("aria-selected", "false");
    option.dataset.index = String(index);
    option.style.setProperty("--i", index + 1);
    option.tabIndex = -1;
    part("span", "label", option).textContent = label;
    return option;
  });
  view.list.replaceChildren(...view.symbols);
}

/** Stages are rows where every symbol has room for its letter, else columns. */
function arrange({ root, data }) {
  if (!data || !root.clientWidth) return;
  const room = (root.clientWidth - HEADING_WIDTH) / data.labels.length;
  root.dataset.layout = room < NARROWEST_SYMBOL ? "rows" : "columns";
}

/** All stages share one axis: what is redistributed is seen to grow. */
function draw({ root, top, cells, data, scale }) {
  const shown = data.stages.flatMap((stage) => stage.shown);
  const maximum = axisMaximum({ before: shown, after: shown, scale });
  data.stages.forEach((stage, place) => {
    stage.shown.forEach((p, index) => {
      cells[place][index].style.setProperty("--share", axisShare(p, { scale, maximum }));
    });
  });
  top.textContent = scale === "log" ? "1, down to 0.000001" : String(maximum);
  root.dataset.scale = scale;
  root.dataset.ready = "true";
}

/** One symbol is pointed at, in the tab order, and said in words. */
function point(view, index) {
  view.symbols.forEach((option, place) => {
    option.tabIndex = place === index ? 0 : -1;
    option.classList.toggle("pointed", place === index);
    option.setAttribute("aria-selected", String(place === index));
  });
  view.pointed = index;
  view.readout.textContent = view.data.said[index];
}

function listen(view) {
  const { list, root } = view;
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
    view.symbols[next].focus();
  });
  for (const input of root.querySelectorAll('input[name="stage-scale"]')) {
    input.addEventListener("change", () => {
      view.scale = input.value;
      draw(view);
    });
  }
}
