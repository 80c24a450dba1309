// The distribution as bars: every symbol, before and after, as columns or as rows.
// Independent of the slider, of Python and of the temperature.

const NARROWEST_COLUMN = 14; // px per symbol; below this, columns become rows
const ROW_HEIGHT = 28; // px, the same as in dial.css
const DRAW_ALL_UP_TO = 512; // rows; longer lists draw the visible part and the rest on scrolling
export const LOG_FLOOR = -6; // log10 of the smallest probability that the log scale tells apart

/** Make the chart. `show(index)` formats one row: { number, spoken }. */
export function createChart(root, show) {
  const list = root.querySelector(".bars");
  const chart = { root, list, show, items: [], order: [], view: null, tabStop: null, scrolled: 0, colour: "" };
  // Asking for scrollTop in the middle of a redraw would cost a layout of the whole page.
  const scroll = () => { chart.scrolled = list.scrollTop; drawInSight(chart); };
  list.addEventListener("scroll", scroll, { passive: true });
  chart.observer = new ResizeObserver(() => layOut(chart));
  chart.observer.observe(list);
  return chart;
}

/** Set the symbols; `words`: they are words, which are read along a row. */
export function setSymbols(chart, labels, words = false) {
  chart.labels = labels;
  chart.items = new Array(labels.length).fill(null);
  chart.words = words;
  chart.list.classList.toggle("words", words);
  chart.list.classList.toggle("long-labels", labels.some((label) => Array.from(label).length > 1));
  chart.list.replaceChildren();
  chart.order = [];
  chart.tabStop = null;
}

/** The item of a symbol, made when it is first shown; the only function that makes nodes. */
function itemOf(chart, index) {
  chart.items[index] ??= createItem(chart.labels[index], index);
  return chart.items[index];
}

function createItem(label, index) {
  const item = document.createElement("div");
  item.className = "bar";
  item.setAttribute("role", "option");
  item.tabIndex = -1;
  item.dataset.index = String(index);
  const area = part("span", "area", item);
  const before = part("span", "before", area);
  const after = part("span", "after", area);
  const text = part("span", "label", item);
  text.textContent = label;
  text.classList.toggle("long", Array.from(label).length > 1);
  const number = part("span", "number", item);
  return { item, before, after, number };
}

export function part(tag, className, parent) {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
}

/** Put the bars in an order of vocabulary indices; the same order costs nothing. */
export function setOrder(chart, order) {
  if (order.length === chart.order.length && order.every((v, i) => v === chart.order[i])) return;
  const focused = chart.list.getRootNode().activeElement;
  const index = chart.list.contains(focused) ? Number(focused.dataset.index) : null;
  const held = order.includes(index) ? index : null;
  chart.order = order;
  chart.list.replaceChildren(...order.map((each) => itemOf(chart, each).item));
  chart.list.scrollTop = chart.scrolled = 0;
  setTabStop(chart, held ?? order[0]);
  // Moving a node takes the focus from it; the likeliest stay visible.
  if (held !== null) chart.items[held].item.focus({ preventScroll: true });
  layOut(chart);
}

/** Columns if every symbol has room for its label, otherwise rows. */
function layOut(chart) {
  const width = chart.list.clientWidth;
  if (!width || !chart.order.length) return;
  const narrow = width / chart.order.length < NARROWEST_COLUMN;
  const layout = chart.words || narrow ? "rows" : "columns";
  if (layout === chart.root.dataset.layout) return;
  chart.root.dataset.layout = layout;
  const orientation = layout === "rows" ? "vertical" : "horizontal";
  chart.list.setAttribute("aria-orientation", orientation);
  drawInSight(chart);
}

/** Draw both distributions. view: { before, after: Float64Array (symbols,), scale: "linear" | "log" } */
export function drawBars(chart, view) {
  chart.view = view;
  drawInSight(chart);
}

/** The probability in the middle of the axis; at its top it is always 1. */
export function axisMiddle(scale) {
  return scale === "log" ? 10 ** (LOG_FLOOR / 2) : 0.5;
}

/**
 * Fraction of the axis that a probability takes, 0 to 1. The axis is the same at every temperature: if
 * it changed with the bars, one would not see them get flatter.
 */
export function axisFraction(probability, scale) {
  if (scale === "linear") return probability;
  return probability > 0 ? Math.max(0, 1 - Math.log10(probability) / LOG_FLOOR) : 0;
}

function drawInSight(chart) {
  if (!chart.view) return;
  const [first, end] = inSight(chart);
  for (let position = first; position < end; position += 1) drawBar(chart, chart.order[position]);
}

/** Half-open range of positions to draw now. */
function inSight({ root, scrolled, order }) {
  if (root.dataset.layout !== "rows" || order.length <= DRAW_ALL_UP_TO) return [0, order.length];
  const first = Math.floor(scrolled / ROW_HEIGHT) - 20;
  return [Math.max(0, first), Math.min(order.length, first + 60)];
}

function drawBar({ items, view, show, colour }, index) {
  const { item, before, after, number } = items[index];
  setFraction(before, axisFraction(view.before[index], view.scale));
  setFraction(after, axisFraction(view.after[index], view.scale));
  after.style.backgroundColor = colour;
  const text = show(index);
  number.textContent = text.number;
  item.setAttribute("aria-label", text.spoken);
}

/** The browser restyles on every write, even of the same value. */
function setFraction(mark, fraction) {
  if (mark.fraction === fraction) return;
  mark.fraction = fraction;
  mark.style.setProperty("--fraction", fraction);
}

/** Roving tabindex: one bar is in the tab order. */
export function setTabStop(chart, index) {
  if (chart.items[chart.tabStop]) chart.items[chart.tabStop].item.tabIndex = -1;
  chart.tabStop = index;
  chart.items[index].item.tabIndex = 0;
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/** The vocabulary index that a key leads to from a bar, or null. */
export function walk(chart, index, key) {
  const last = chart.order.length - 1;
  const ends = { Home: 0, End: last };
  if (!(key in STEPS) && !(key in ends)) return null;
  const position = ends[key] ?? chart.order.indexOf(index) + STEPS[key];
  return chart.order[Math.min(Math.max(position, 0), last)];
}

/** Focus a bar; it then stays visible and in the tab order. */
export function focusBar(chart, index) {
  setTabStop(chart, index);
  drawBar(chart, index);
  chart.items[index].item.focus();
}

/** Mark the bar of the formula's symbol; null marks none. */
export function markSelected(chart, index) {
  for (const marked of chart.list.querySelectorAll('[aria-selected="true"]')) {
    marked.removeAttribute("aria-selected");
  }
  if (index !== null) itemOf(chart, index).item.setAttribute("aria-selected", "true");
}

/** Vocabulary index of the bar that an event hit, or null. */
export function barOf(event) {
  const item = event.target.closest?.(".bar");
  return item ? Number(item.dataset.index) : null;
}

/** Show on each bar its symbol's fraction of the draws, `fractionOf(index)`; null: none. */
export function drawTally(chart, fractionOf) {
  for (const mark of chart.list.querySelectorAll(".tally-mark")) mark.remove();
  if (!fractionOf) return;
  for (const index of chart.order) {
    const fraction = fractionOf(index);
    if (!fraction) continue;
    const mark = part("i", "tally-mark", itemOf(chart, index).before.parentElement);
    setFraction(mark, axisFraction(fraction, chart.view.scale));
  }
}
