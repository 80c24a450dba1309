// The temperature dial: what the person does, what Python says, and one redraw for both.
// Knows the slider, the number field, the presets and the switches; leaves figures to
// dial_words.js, bars to dial_bars.js and arithmetic to dial_reweight.js. The four files are
// joined, in that order, into one module by dial.py.
//
// Dragging redraws here alone. Only letting go tells Python, as
// setStateValue("temperature", { value, revision }): the revision names Python's last word that
// this page had heard, so that Python can tell a fresh turn of the dial from an old one.

const SETTLE_MS = 250; // keyboard steps closer together than this count as one turn
const dials = new WeakMap(); // one dial per root element; it outlives re-renders

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".dial");
  if (!dials.has(root)) dials.set(root, createDial(root));
  const dial = dials.get(root);
  dial.tell = (value) => setStateValue("temperature", value);
  receive(dial, data);
  return () => {
    window.clearTimeout(dial.timer);
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
    state: null, // what is shown: logits, temperature, before, after, top, labels, names
    revision: null,
    maximum: 2,
    told: null, // the temperature that Python knows
    dragging: false,
    typing: false,
    timer: 0,
    selected: null,
    pointed: null,
    order: "probability",
    scale: "linear",
  };
  dial.chart = createChart(root, (index) => ({
    number: figure(dial.state.after.probabilities[index]),
    spoken: spokenBar(dial.state, index),
  }));
  listenToDial(dial);
  listenToBars(dial);
  listenToSwitches(dial);
  return dial;
}

// ---- what Python says ----

/** Take new data; the dial moves only if Python has a new word and no one is turning it. */
function receive(dial, data) {
  const logits = Float64Array.from(data.logits, (z) => z ?? -Infinity);
  const turning = dial.dragging || dial.typing || dial.timer !== 0;
  const moved = data.revision !== dial.revision;
  const sameSymbols = dial.state && sameItems(dial.state.labels, data.labels);
  const sameLogits = sameSymbols && sameItems(dial.state.logits, logits);
  const keep = dial.state !== null && (!moved || turning);
  const temperature = keep ? dial.state.temperature : data.temperature;
  dial.revision = data.revision;
  dial.maximum = data.maximum;
  if (moved) dial.told = data.temperature;
  dial.state = { ...dial.state, labels: data.labels, names: data.names, logits, temperature };
  dial.colours = data.colours;
  setRange(dial);
  if (!sameSymbols) {
    setSymbols(dial.chart, data.labels);
    dial.selected = null;
    dial.pointed = null;
  }
  if (!sameLogits) {
    const before = reweight(logits, 1).probabilities;
    dial.state.top = largest(logits);
    dial.state.before = { probabilities: before, entropy: entropyBits(before) };
    applyOrder(dial);
  }
  turn(dial, temperature);
  dial.root.dataset.ready = "true";
}

function sameItems(one, other) {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

function setRange(dial) {
  if (dial.slider.max === String(dial.maximum) && dial.root.dataset.ready) return;
  dial.slider.max = dial.number.max = String(dial.maximum);
  const stops = Array.from({ length: 41 }, (_, i) => colourOf(dial, (i / 40) * dial.maximum));
  dial.root.style.setProperty("--gradient", `linear-gradient(to right, ${stops.join(", ")})`);
  for (const preset of dial.presets) {
    preset.hidden = Number(preset.value) > dial.maximum;
    preset.style.setProperty("--place", Number(preset.value) / dial.maximum);
  }
}

/** data.colours hold one colour per hundredth of T. */
function colourOf(dial, temperature) {
  return dial.colours[Math.min(Math.round(temperature * 100), dial.colours.length - 1)];
}

// ---- one redraw ----

/** Show a temperature everywhere; tells no one. */
function turn(dial, temperature) {
  const { state, root } = dial;
  state.temperature = temperature;
  state.after = reweight(state.logits, temperature);
  state.after.entropy = entropyBits(state.after.probabilities);
  root.style.setProperty("--temperature-colour", colourOf(dial, temperature));
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

function drawChart(dial) {
  const { before, after } = dial.state;
  const scale = dial.scale;
  drawBars(dial.chart, { before: before.probabilities, after: after.probabilities, scale });
  const top = dial.chart.view.maximum;
  const half = scale === "log" ? "0.001" : String(Number((top / 2).toPrecision(2)));
  fillTexts(dial.texts, { "axis-top": String(top), "axis-half": half });
}

/** Formula: the selected symbol, or the likeliest. Readout: the one pointed at, or the formula's. */
function drawWords(dial) {
  const index = dial.selected ?? dial.state.top;
  fillTexts(dial.texts, formulaValues(dial.state, index));
  fillTexts(dial.texts, readoutValues(dial.state, dial.pointed ?? index));
}

// ---- what the person does with the dial ----

/** Tell Python where the dial was let go; the same value twice is told once. */
function letGo(dial) {
  window.clearTimeout(dial.timer);
  dial.timer = 0;
  dial.dragging = false;
  const temperature = dial.state.temperature;
  if (temperature === dial.told) return;
  dial.told = temperature;
  dial.tell({ value: temperature, revision: dial.revision });
}

function letGoSoon(dial) {
  window.clearTimeout(dial.timer);
  dial.timer = window.setTimeout(() => letGo(dial), SETTLE_MS);
}

function listenToDial(dial) {
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

function select(dial, index) {
  dial.selected = index;
  markSelected(dial.chart, index);
  dial.root.dataset.selected = index === null ? "" : String(index);
  drawWords(dial);
}

function point(dial, index) {
  if (index === dial.pointed) return;
  dial.pointed = index;
  drawWords(dial);
}

function listenToBars(dial) {
  const { chart } = dial;
  let pressed = null; // the bar that was already selected when the press began
  chart.list.addEventListener("pointerover", (event) => point(dial, barOf(event)));
  chart.list.addEventListener("pointerleave", () => point(dial, null));
  chart.list.addEventListener("pointerdown", () => { pressed = dial.selected; });
  chart.list.addEventListener("focusin", (event) => {
    const index = barOf(event);
    if (index === null) return;
    setTabStop(chart, index);
    select(dial, index);
  });
  chart.list.addEventListener("click", (event) => {
    const index = barOf(event);
    if (index !== null) select(dial, index === pressed ? null : index);
  });
  chart.list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") select(dial, null);
    const next = walk(chart, barOf(event), event.key);
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dial.pointed = null;
    focusBar(chart, next);
  });
}

function applyOrder(dial) {
  const { logits } = dial.state;
  const order = dial.order === "probability" ? byProbability(logits) : Array.from(logits.keys());
  setOrder(dial.chart, order);
  markSelected(dial.chart, dial.selected);
}

function listenToSwitches(dial) {
  for (const name of ["order", "scale"]) {
    dial.root.dataset[name] = dial[name];
    for (const input of dial.root.querySelectorAll(`input[name="${name}"]`)) {
      input.addEventListener("change", () => {
        dial[name] = dial.root.dataset[name] = input.value;
        applyOrder(dial);
        drawChart(dial);
      });
    }
  }
}
