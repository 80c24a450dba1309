// The person's input: turn, type, press a preset, move along the bars, flip a switch.
// When a turn is over, it is sent to Python. dial.js draws.

import { barOf, focusBar, markSelected, setTabStop, walk } from "../shared/bars.js";
import { applyOrder, drawChart, drawWords, turn } from "./dial.js";

const SETTLE_MS = 250; // keyboard steps closer together than this count as one turn

// ---- input on the dial ----

/** Send the temperature at which the dial was let go; a repeated value is sent once. */
function letGo(dial) {
  window.clearTimeout(dial.timer);
  dial.timer = 0;
  dial.dragging = false;
  const { temperature } = dial;
  if (temperature === dial.sent) return;
  dial.sent = temperature;
  dial.on.letGo(temperature);
}

function letGoSoon(dial) {
  window.clearTimeout(dial.timer);
  dial.timer = window.setTimeout(() => letGo(dial), SETTLE_MS);
}

function turnByHand(dial, temperature) {
  turn(dial, temperature);
  dial.on.turned(temperature);
}

export function listenToDial(dial) {
  const { slider, number } = dial;
  slider.addEventListener("pointerdown", () => {
    dial.dragging = true;
    // A press that moves nothing, or that the browser turns into scrolling, sends no change event.
    const release = () => window.setTimeout(() => dial.dragging && letGo(dial), 0);
    for (const name of ["pointerup", "pointercancel"]) {
      window.addEventListener(name, release, { once: true });
    }
  });
  slider.addEventListener("input", () => turnByHand(dial, Number(slider.value)));
  slider.addEventListener("change", () => (dial.dragging ? letGo(dial) : letGoSoon(dial)));
  for (const preset of dial.presets) {
    preset.addEventListener("click", () => {
      turnByHand(dial, Number(preset.value));
      letGo(dial);
    });
  }
  number.addEventListener("input", () => {
    dial.typing = true; // until it is over, no redraw may overwrite a half-typed number
    const typed = typedTemperature(dial);
    if (typed !== null) turnByHand(dial, typed);
  });
  const typed = () => {
    if (!dial.typing) return;
    dial.typing = false;
    turnByHand(dial, typedTemperature(dial) ?? dial.temperature);
    letGoSoon(dial);
  };
  for (const name of ["change", "blur"]) number.addEventListener(name, typed);
}

/** The number field's temperature, clamped to the dial; null while it holds no number. */
function typedTemperature({ number, maximum }) {
  const typed = number.valueAsNumber;
  return Number.isFinite(typed) ? Math.min(Math.max(typed, 0), maximum) : null;
}

// ---- input on the bars and switches ----

/** Show the formula of a symbol, or of the likeliest for null; sends nothing. */
export function select(dial, index) {
  dial.selected = index;
  markSelected(dial.chart, index);
  dial.root.dataset.selected = index === null ? "" : String(index);
  if (dial.state?.after) drawWords(dial);
}

/** Select as a person does: if the page keeps the selection, it is soon sent to Python. */
function choose(dial, index) {
  select(dial, index);
  if (dial.on.pick) return;
  window.clearTimeout(dial.choosing);
  dial.choosing = window.setTimeout(() => {
    dial.choosing = 0;
    sendView(dial);
  }, SETTLE_MS);
}

function sendView(dial) {
  const { order, scale, symbols, selected } = dial;
  dial.on.viewed({ order, scale, symbol: symbols[selected] ?? null }); // "all others" is not a symbol
}

function point(dial, index) {
  if (index === dial.pointed) return;
  dial.pointed = index;
  drawWords(dial);
  const readout = dial.root.querySelector(".readout").textContent;
  dial.on.pointed?.(index === null ? null : readout);
}

export function listenToBars(dial) {
  const { chart } = dial;
  let pressed = null; // the bar that was already selected when the press began
  chart.list.addEventListener("pointerover", (event) => point(dial, barOf(event)));
  chart.list.addEventListener("pointerleave", () => point(dial, null));
  chart.list.addEventListener("pointerdown", () => { pressed = dial.selected; });
  chart.list.addEventListener("focusin", (event) => {
    const index = barOf(event);
    if (index === null) return;
    setTabStop(chart, index);
    choose(dial, index);
  });
  chart.list.addEventListener("click", (event) => {
    const index = barOf(event);
    if (index === null) return;
    if (dial.on.pick && index !== dial.state.rest) dial.on.pick(index);
    else choose(dial, index === pressed ? null : index);
  });
  chart.list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(dial, null);
    if (dial.on.pick && pickByKey(dial, event)) return;
    const next = walk(chart, barOf(event), event.key);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dial.pointed = null;
    focusBar(chart, next);
  });
}

/** Pick the symbol that was typed, or on Enter the one in focus; return whether one was picked. */
function pickByKey(dial, event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  const index = event.key === "Enter" ? barOf(event) : dial.symbols.indexOf(event.key);
  if (index === null || index < 0 || index === dial.state.rest) return false;
  event.preventDefault();
  event.stopPropagation(); // Streamlit listens for single letters on the page
  dial.on.pick(index);
  return true;
}

export function listenToSwitches(dial) {
  for (const name of ["order", "scale"]) {
    for (const input of dial.root.querySelectorAll(`input[name="${name}"]`)) {
      input.addEventListener("change", () => {
        dial[name] = input.value;
        look(dial);
        sendView(dial);
      });
    }
  }
}

/** Show the bars in an order and on a scale. */
export function lookAs(dial, { order, scale }) {
  if (dial.order === order && dial.scale === scale && dial.root.dataset.order) return;
  Object.assign(dial, { order, scale });
  look(dial);
}

function look(dial) {
  for (const name of ["order", "scale"]) {
    dial.root.dataset[name] = dial[name];
    for (const input of dial.root.querySelectorAll(`input[name="${name}"]`)) {
      input.checked = input.value === dial[name];
    }
  }
  if (!dial.state?.after) return;
  applyOrder(dial);
  drawChart(dial);
}
