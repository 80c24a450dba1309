// What the person does: turn, type, press a preset, walk the bars, flip a switch.
// When a turn is over, it is sent to Python. dial.js draws.

import { barOf, focusBar, markSelected, setTabStop, walk } from "../shared/bars.js";
import { applyOrder, drawChart, drawWords, turn } from "./dial.js";

const SETTLE_MS = 250; // keyboard steps closer together than this count as one turn

// ---- what the person does with the dial ----

/** Send the temperature at which the dial was let go; the same value twice is sent once. */
function letGo(dial) {
  window.clearTimeout(dial.timer);
  dial.timer = 0;
  dial.dragging = false;
  const temperature = dial.state.temperature;
  if (temperature === dial.sent) return;
  dial.sent = temperature;
  dial.send({ value: temperature, revision: dial.revision });
}

function letGoSoon(dial) {
  window.clearTimeout(dial.timer);
  dial.timer = window.setTimeout(() => letGo(dial), SETTLE_MS);
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
  slider.addEventListener("input", () => turn(dial, Number(slider.value)));
  slider.addEventListener("change", () => (dial.dragging ? letGo(dial) : letGoSoon(dial)));
  for (const preset of dial.presets) {
    preset.addEventListener("click", () => {
      turn(dial, Number(preset.value));
      letGo(dial);
    });
  }
  number.addEventListener("input", () => {
    dial.typing = true; // until it is over, no redraw may overwrite a half-typed number
    const typed = typedTemperature(dial);
    if (typed !== null) turn(dial, typed);
  });
  const typed = () => {
    if (!dial.typing) return;
    dial.typing = false;
    turn(dial, typedTemperature(dial) ?? dial.state.temperature);
    letGoSoon(dial);
  };
  for (const name of ["change", "blur"]) number.addEventListener(name, typed);
  // Streamlit listens for single letters on the page ("r" reruns, "c" clears the cache).
  number.addEventListener("keydown", (event) => event.stopPropagation());
}

/** The number field's temperature, clamped to the dial; null while it holds no number. */
function typedTemperature({ number, maximum }) {
  const typed = number.valueAsNumber;
  return Number.isFinite(typed) ? Math.min(Math.max(typed, 0), maximum) : null;
}

// ---- what the person does with the bars and switches ----

/** Show the formula of a symbol, or with null that of the likeliest; sends nothing. */
export function select(dial, index) {
  dial.selected = index;
  markSelected(dial.chart, index);
  dial.root.dataset.selected = index === null ? "" : String(index);
  drawWords(dial);
}

/** Select as a person does: where the page keeps what is selected, it is sent to Python soon. */
function choose(dial, index) {
  select(dial, index);
  if (dial.pick) return;
  window.clearTimeout(dial.choosing);
  dial.choosing = window.setTimeout(() => {
    dial.choosing = 0;
    if (dial.selected !== dial.chosen) sendView(dial);
  }, SETTLE_MS);
}

function sendView(dial) {
  const { order, scale, selected } = dial;
  if (!dial.pick) dial.chosen = selected;
  dial.sendView({ order, scale, selected });
}

function point(dial, index) {
  if (index === dial.pointed) return;
  dial.pointed = index;
  drawWords(dial);
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
    if (dial.pick && index !== dial.state.rest) dial.pick(index);
    else choose(dial, index === pressed ? null : index);
  });
  chart.list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(dial, null);
    if (dial.pick && pickByKey(dial, event)) return;
    const next = walk(chart, barOf(event), event.key);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dial.pointed = null;
    focusBar(chart, next);
  });
}

/** Pick the symbol that was typed, or with Enter the one in focus; return whether that was done. */
function pickByKey(dial, event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  const index = event.key === "Enter" ? barOf(event) : dial.symbols.indexOf(event.key);
  if (index === null || index < 0 || index === dial.state.rest) return false;
  event.preventDefault();
  event.stopPropagation(); // Streamlit listens for single letters on the page
  dial.pick(index);
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

/** Take the order and the scale that the page asks for, if they are new. */
export function lookAs(dial, { order, scale }) {
  if (dial.asked?.order === order && dial.asked?.scale === scale) return;
  dial.asked = { order, scale };
  Object.assign(dial, dial.asked);
  look(dial);
}

function look(dial) {
  for (const name of ["order", "scale"]) {
    dial.root.dataset[name] = dial[name];
    for (const input of dial.root.querySelectorAll(`input[name="${name}"]`)) {
      input.checked = input.value === dial[name];
    }
  }
  if (!dial.state) return;
  applyOrder(dial);
  drawChart(dial);
}
