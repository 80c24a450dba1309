// The temperature dial: its display and its one redraw.
// Input is handled in dial_events.js, figures in dial_words.js, bars in bars.js
// and arithmetic in browser/distribution.js.

import { byProbability, entropyBits, largest, reweight, strategyApplied } from "../../../browser/distribution.js";
import {
  axisMiddle, createChart, drawBars, markSelected, setOrder, setSymbols,
} from "../shared/bars.js";
import { barsPicture } from "../shared/bars_picture.js";
import {
  fillTexts, findTexts, formulaValues, readoutValues, sentenceValues, spokenBar, temperatureFigure,
} from "../shared/dial_words.js";
import { mounted } from "../shared/mount.js";
import { answerForPictures } from "../shared/picture.js";
import { probabilityWords } from "../shared/probability.js";
import { AddressWords } from "../shared/words.js";
import { listenToBars, listenToDial, listenToSwitches, select } from "./dial_events.js";

export const MOST_BARS = 60; // for words; all others share one bar
const OTHERS = "all others";

/**
 * A dial in its element. `on`: { turned(temperature) while it is turned, letGo(temperature) after
 * that, viewed({ order, scale, symbol }), and pick(id), or null if bars only show the formula }.
 */
export function createDial(root, on) {
  const dial = {
    root,
    on,
    slider: root.querySelector(".slider"),
    number: root.querySelector(".exact input"),
    presets: root.querySelectorAll(".presets button"),
    texts: findTexts(root),
    colours: [],
    maximum: 2,
    temperature: 1,
    state: null, // the distribution: logits, before, after, top, labels, names, rest
    symbols: [],
    strategies: [],
    sent: null, // the temperature at which the dial was last let go
    dragging: false,
    typing: false,
    timer: 0,
    selected: null, // the symbol whose formula is shown; null: the likeliest
    choosing: 0,
    pointed: null,
    order: "probability",
    scale: "linear",
    where: "", // prefix for the heading of the distribution's picture, such as "step 562, "
  };
  dial.chart = createChart(root, (index) => ({
    number: probabilityWords(dial.state.after.fractions[index]),
    spoken: spokenBar(dial.state, index),
  }));
  listenToDial(dial);
  listenToBars(dial);
  listenToSwitches(dial);
  dial.noPicture = answerForPictures({
    dial: () => dial.state && barsPicture(dial.chart, barsOfDial(dial)),
  });
  dial.isTurning = () => dial.dragging || dial.typing || dial.timer !== 0;
  return dial;
}

export function endDial(dial) {
  dial.noPicture();
  window.clearTimeout(dial.timer);
  window.clearTimeout(dial.choosing);
  dial.chart.observer.disconnect();
}

// ---- a dial by itself ----

/** A small dial without a distribution; the page follows once it is at rest. */
class SmallDial {
  constructor(root) {
    root.classList.add("small", "compact");
    root.dataset.ready = "true";
    this.words = new AddressWords(() => this.dial.isTurning());
    this.dial = createDial(root, {
      turned: (temperature) => this.words.set({ temperature: String(temperature) }),
      letGo: () => this.words.sendNow(),
    });
  }

  receive(data, { setStateValue }) {
    if (!this.words.receive(data, (state) => setStateValue("state", state))) return;
    setRange(this.dial, data);
    this.dial.slider.step = String(data.step);
    turn(this.dial, Number(data.words.temperature));
  }

  end() {
    endDial(this.dial);
    this.words.end();
  }
}

export default mounted(".dial", SmallDial);

// ---- what it shows ----

/** The colours of the temperatures 0.00, 0.01, …, and the highest temperature. */
export function setRange(dial, { colours, maximum }) {
  dial.colours = colours;
  dial.maximum = maximum;
  dial.slider.max = dial.number.max = String(maximum);
  const stops = Array.from({ length: 41 }, (_, i) => colourOf(colours, (i / 40) * maximum));
  dial.root.style.setProperty("--gradient", `linear-gradient(to right, ${stops.join(", ")})`);
  for (const preset of dial.presets) {
    preset.hidden = Number(preset.value) > maximum;
    preset.style.setProperty("--position", Number(preset.value) / maximum);
  }
}

/** Sets the symbols of the bars; `symbol`: the one whose formula is shown, if it is among them. */
export function setModelOfDial(dial, { vocabulary: { symbols }, labels, names, unit }, symbol = null) {
  dial.symbols = symbols;
  const most = unit === "token" && labels.length > MOST_BARS ? MOST_BARS : null;
  const rest = most && labels.length; // the position of "all others", after the symbols
  const others = most && `all ${(labels.length - most).toLocaleString("en")} others`;
  dial.state = {
    unit,
    most,
    rest,
    labels: most ? [...labels, OTHERS] : labels,
    names: most ? [...names, others] : names,
    logits: null,
  };
  setSymbols(dial.chart, dial.state.labels, most !== null);
  dial.pointed = null;
  const index = symbols.indexOf(symbol);
  select(dial, index < 0 ? null : index);
}

/**
 * Sets the distribution that the dial acts on; the strategies act after it. `ranked`: the symbols,
 * first those with their own bar.
 */
export function showLogits(
  dial, logits, strategies = [], temperature = dial.temperature, ranked = byProbability(logits),
) {
  const { state } = dial;
  const before = reweight(logits, 1);
  state.logits = logits;
  state.top = largest(logits);
  state.ranked = ranked;
  const fractions = withRest(before, state);
  state.before = { probabilities: before, entropy: entropyBits(before), fractions };
  dial.strategies = strategies;
  applyOrder(dial);
  showDistribution(dial, temperature);
  dial.root.dataset.ready = "true";
}

/** Python sends one colour per hundredth of T. */
export function colourOf(colours, temperature) {
  return colours[Math.min(Math.round(temperature * 100), colours.length - 1)];
}

// ---- one redraw ----

/** Show a temperature everywhere. */
export function turn(dial, temperature) {
  const { state, root } = dial;
  dial.temperature = temperature;
  root.dataset.temperature = String(temperature);
  root.dataset.greedy = String(temperature === 0);
  const shown = temperatureFigure(temperature);
  dial.slider.value = String(temperature);
  dial.slider.setAttribute("aria-valuetext", shown);
  if (!dial.typing) dial.number.value = shown;
  for (const preset of dial.presets) {
    preset.setAttribute("aria-pressed", String(Number(preset.value) === temperature));
  }
  fillTexts(dial.texts, { "temperature": shown });
  setColour(dial, temperature);
  if (state?.logits) showDistribution(dial, temperature);
}

/** The distribution at a temperature: the dial's, or that of another position in a text. */
function showDistribution(dial, temperature) {
  const { state, root } = dial;
  state.temperature = temperature;
  state.reweighted = reweight(state.logits, temperature);
  const probabilities = strategyApplied(state.reweighted, dial.strategies);
  const fractions = withRest(probabilities, state);
  state.after = { probabilities, entropy: entropyBits(probabilities), fractions };
  root.dataset.others = state.rest === null ? "" : String(fractions[state.rest]);
  root.dataset.entropyBits = String(state.after.entropy);
  root.dataset.probabilities = JSON.stringify(Array.from(probabilities));
  fillTexts(dial.texts, sentenceValues(state));
  drawChart(dial);
  drawWords(dial);
}

/** Not set on the root: the bars would inherit it, and thousands would be restyled at every step. */
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

/** Formula: the selected symbol, or the likeliest. Readout: the one under the pointer, or the formula's. */
export function drawWords(dial) {
  const index = dial.selected ?? dial.state.top;
  const one = index === dial.state.rest ? dial.state.top : index; // the formula is about one symbol
  fillTexts(dial.texts, formulaValues(dial.state, one));
  fillTexts(dial.texts, readoutValues(dial.state, dial.pointed ?? index));
}

/** The labels and the heading of the picture of the bars. */
function barsOfDial({ state, where }) {
  const at = `${where}T = ${temperatureFigure(state.temperature)}`;
  return { labels: state.labels, heading: `Next symbol at ${at}; outlined: T = 1` };
}

export function applyOrder(dial) {
  const { ranked, most, rest } = dial.state;
  const shown = ranked.slice(0, most ?? ranked.length);
  if (dial.order === "alphabet") shown.sort((a, b) => a - b);
  setOrder(dial.chart, rest === null ? shown : [...shown, rest]);
  markSelected(dial.chart, dial.selected);
}

/**
 * The probabilities, followed by the total of all symbols beyond the likeliest `most`, summed over
 * these symbols, not subtracted from 1. If every symbol is shown, the probabilities alone.
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
