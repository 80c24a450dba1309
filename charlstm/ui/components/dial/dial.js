// The temperature dial: its state, the data from Python, and the one redraw.
// What the person does is in dial_events.js, figures in dial_words.js, bars in bars.js
// and arithmetic in browser/distribution.js.
//
// Dragging redraws here alone. Letting go sends setStateValue("temperature", { value, revision }) to
// Python: the revision is that of Python's last value here, so that Python can distinguish a new turn
// of the dial from an old one. Where symbols can be picked, a click on a bar is
// setTriggerValue("picked", index). Order and scale of the bars, and the symbol whose formula is
// shown where a click does not pick one, are sent as
// setTriggerValue("viewed", { order, scale, selected }).

import { byProbability, entropyBits, largest, reweight } from "../../../browser/distribution.js";
import {
  axisMiddle, createChart, drawBars, markSelected, setOrder, setSymbols,
} from "../shared/bars.js";
import { barsPicture } from "../shared/bars_picture.js";
import {
  fillTexts, findTexts, formulaValues, readoutValues, sentenceValues, spokenBar, temperatureFigure,
} from "../shared/dial_words.js";
import { answerForPictures } from "../shared/picture.js";
import { probabilityWords } from "../shared/probability.js";
import { listenToBars, listenToDial, listenToSwitches, lookAs, select } from "./dial_events.js";

const dials = new WeakMap(); // one dial per root element; it outlives re-renders

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".dial");
  if (!dials.has(root)) dials.set(root, createDial(root));
  const dial = dials.get(root);
  dial.send = (value) => setStateValue("temperature", value);
  dial.pick = data.symbols ? (index) => setTriggerValue("picked", index) : null;
  dial.symbols = data.symbols;
  dial.sendView = (view) => setTriggerValue("viewed", view);
  lookAs(dial, data);
  receive(dial, data);
  return () => {
    dial.noPicture();
    window.clearTimeout(dial.timer);
    window.clearTimeout(dial.choosing);
    dial.chart.observer.disconnect();
    dials.delete(root);
  };
}

function createDial(root) {
  const dial = {
    root,
    slider: root.querySelector(".slider"),
    number: root.querySelector(".exact input"),
    presets: root.querySelectorAll(".presets button"),
    texts: findTexts(root),
    state: null, // what is shown: logits, temperature, before, after, top, labels, names, rest
    revision: null,
    maximum: 2,
    sent: null, // the temperature that Python knows
    dragging: false,
    typing: false,
    timer: 0,
    selected: null, // the symbol whose formula is shown; null: the likeliest
    chosen: null, // what Python knows of it
    choosing: 0,
    pointed: null,
    order: "probability",
    scale: "linear",
  };
  dial.chart = createChart(root, (index) => ({
    number: probabilityWords(dial.state.after.fractions[index]),
    spoken: spokenBar(dial.state, index),
  }));
  listenToDial(dial);
  listenToBars(dial);
  listenToSwitches(dial);
  dial.noPicture = answerForPictures({ dial: () => dial.state && barsPicture(dial.chart, barsOfDial(dial)) });
  return dial;
}

// ---- data from Python ----

/** Take new data; the dial moves only if Python has a new value and nobody is turning it. */
function receive(dial, data) {
  const logits = Float64Array.from(data.logits, (z) => z ?? -Infinity);
  const turning = dial.dragging || dial.typing || dial.timer !== 0;
  const moved = data.revision !== dial.revision;
  const rest = data.most ? data.labels.length : null; // the position of "all others", after the symbols
  const labels = data.most ? [...data.labels, data.others] : data.labels;
  const spoken = data.most && `all ${(rest - data.most).toLocaleString("en")} others`;
  const names = data.most ? [...data.names, spoken] : data.names;
  const sameSymbols = dial.state && sameItems(dial.state.labels, labels);
  const sameLogits = sameSymbols && sameItems(dial.state.logits, logits);
  const keep = dial.state !== null && (!moved || turning);
  const temperature = keep ? dial.state.temperature : data.temperature;
  dial.revision = data.revision;
  dial.maximum = data.maximum;
  dial.root.classList.toggle("compact", data.compact);
  dial.root.classList.toggle("picking", data.symbols !== null);
  if (moved) dial.sent = data.temperature;
  dial.state = { ...dial.state, unit: data.unit, labels, names, logits, temperature, rest, most: data.most };
  dial.colours = data.colours;
  setRange(dial);
  if (!sameSymbols) {
    setSymbols(dial.chart, labels, data.most !== null);
    dial.selected = null;
    dial.pointed = null;
  }
  if (!sameLogits) {
    const before = reweight(logits, 1);
    dial.state.top = largest(logits);
    dial.state.ranked = byProbability(logits);
    dial.state.before = { probabilities: before, entropy: entropyBits(before) };
    dial.state.before.fractions = withRest(before, dial.state);
    applyOrder(dial);
  }
  turn(dial, temperature);
  if (!sameSymbols || (data.selected !== dial.chosen && dial.choosing === 0)) {
    dial.chosen = data.selected;
    select(dial, data.selected);
  }
  dial.root.dataset.ready = "true";
}

function sameItems(one, other) {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

function setRange(dial) {
  if (dial.slider.max === String(dial.maximum) && dial.root.dataset.ready) return;
  dial.slider.max = dial.number.max = String(dial.maximum);
  const stops = Array.from({ length: 41 }, (_, i) => colourOf(dial.colours, (i / 40) * dial.maximum));
  dial.root.style.setProperty("--gradient", `linear-gradient(to right, ${stops.join(", ")})`);
  for (const preset of dial.presets) {
    preset.hidden = Number(preset.value) > dial.maximum;
    preset.style.setProperty("--position", Number(preset.value) / dial.maximum);
  }
}

/** Python sends one colour per hundredth of T. */
function colourOf(colours, temperature) {
  return colours[Math.min(Math.round(temperature * 100), colours.length - 1)];
}

// ---- one redraw ----

/** Show a temperature everywhere; sends nothing. */
export function turn(dial, temperature) {
  const { state, root } = dial;
  state.temperature = temperature;
  const probabilities = reweight(state.logits, temperature);
  const fractions = withRest(probabilities, state);
  state.after = { probabilities, entropy: entropyBits(probabilities), fractions };
  root.dataset.others = state.rest === null ? "" : String(state.after.fractions[state.rest]);
  setColour(dial, temperature);
  root.dataset.temperature = String(temperature);
  root.dataset.entropyBits = String(state.after.entropy);
  root.dataset.probabilities = JSON.stringify(Array.from(state.after.probabilities));
  root.dataset.greedy = String(temperature === 0);
  const shown = temperatureFigure(temperature);
  dial.slider.value = String(temperature);
  dial.slider.setAttribute("aria-valuetext", shown);
  if (!dial.typing) dial.number.value = shown;
  for (const preset of dial.presets) {
    preset.setAttribute("aria-pressed", String(Number(preset.value) === temperature));
  }
  fillTexts(dial.texts, { "temperature": shown, ...sentenceValues(state) });
  drawChart(dial);
  drawWords(dial);
}

/** Not set on the root: the bars would inherit it, and thousands be restyled at every step. */
function setColour({ root, chart, colours }, temperature) {
  chart.colour = colourOf(colours, temperature);
  for (const part of root.children) {
    if (!part.contains(chart.list)) part.style.setProperty("--temperature-colour", chart.colour);
  }
}

export function drawChart(dial) {
  const { before, after } = dial.state;
  const scale = dial.scale;
  drawBars(dial.chart, { before: before.fractions, after: after.fractions, scale });
  fillTexts(dial.texts, { "axis-middle": probabilityWords(axisMiddle(scale)) });
}

/** Formula: the selected symbol, or the likeliest. Readout: the one pointed at, or the formula's. */
export function drawWords(dial) {
  const index = dial.selected ?? dial.state.top;
  const one = index === dial.state.rest ? dial.state.top : index; // the formula is about one symbol
  fillTexts(dial.texts, formulaValues(dial.state, one));
  fillTexts(dial.texts, readoutValues(dial.state, dial.pointed ?? index));
}

/** What is written on the picture of the bars. */
function barsOfDial({ state }) {
  return { labels: state.labels, heading: `Next symbol at T = ${temperatureFigure(state.temperature)}; outlined: T = 1` };
}

export function applyOrder(dial) {
  const { ranked, most, rest } = dial.state;
  const shown = ranked.slice(0, most ?? ranked.length);
  if (dial.order === "alphabet") shown.sort((a, b) => a - b);
  setOrder(dial.chart, rest === null ? shown : [...shown, rest]);
  markSelected(dial.chart, dial.selected);
}

/**
 * The probabilities, and after them that of all symbols beyond the likeliest `most` together: summed
 * over these symbols, not taken from 1. Where every symbol is shown the probabilities themselves.
 */
function withRest(probabilities, { ranked, most, rest }) {
  if (rest === null) return probabilities;
  let others = 0;
  for (let i = ranked.length - 1; i >= most; i -= 1) others += probabilities[ranked[i]];
  const fractions = new Float64Array(rest + 1);
  fractions.set(probabilities);
  fractions[rest] = others;
  return fractions;
}
