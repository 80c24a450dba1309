// The training's timeline: which checkpoint is shown, and the film.
// Everything is here from the start, so moving costs no round trip: text, distribution and loss are
// those that Python computed for each checkpoint, and are only shown. The curves are drawn by
// timeline_curves.js, the bars by bars.js; timeline_words.js and probability.js write figures, and
// timeline_events.js handles what the person does.
//
// When a person lets go, setTriggerValue("checkpoint", step) is sent to Python, and
// setTriggerValue("pace", value) for another pace of the film. Python's checkpoint counts when its
// revision is new; otherwise the person's stays, also under a new prompt or temperature.

import { createChart, drawBars, setOrder, setSymbols } from "../shared/bars.js";
import { barsPicture } from "../shared/bars_picture.js";
import { fillTexts, findTexts } from "../shared/dial_words.js";
import { answerForPictures, svgPicture } from "../shared/picture.js";
import { cut, saidOfPiece } from "../shared/pieces.js";
import { probabilityWords } from "../shared/probability.js";
import { createCurves, moveRule, setCurves } from "./timeline_curves.js";
import {
  listen, listenToSymbols, pace, pause, play, sendStep, takePace,
} from "./timeline_events.js";
import { bits, likeliest, nats, sharedWords, spokenMoment } from "./timeline_words.js";

const films = new WeakMap(); // one per root element; it outlives re-renders

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".timeline");
  if (!films.has(root)) films.set(root, createFilm(root));
  const film = films.get(root);
  film.send = (step) => setTriggerValue("checkpoint", step);
  film.sendPace = (value) => setTriggerValue("pace", value);
  takePace(film, data.pace);
  if (film.token !== data.token || film.revision !== data.revision) take(film, data);
  return () => {
    window.clearTimeout(film.timer);
    window.clearTimeout(film.settling);
    film.chart.observer.disconnect();
    film.curves.observer.disconnect();
    film.noPictures();
    films.delete(root);
  };
}

function createFilm(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const film = {
    root,
    slider: find("slider"),
    text: find("text"),
    shared: find("shared"),
    play: find("play"),
    back: find("back"),
    step: find("step"),
    best: find("best"),
    announcement: find("announcement"),
    texts: findTexts(root),
    token: null, // names the moments that are here
    revision: null, // of the checkpoint that Python chose last
    moments: [],
    index: 0,
    sent: null, // the step that Python knows
    pointed: null, // the symbol whose bar is pointed at or in focus
    playing: false,
    askedPace: null, // what Python asked for last
    timer: 0,
    settling: 0,
  };
  film.chart = createChart(root, (symbol) => spokenSymbol(film, symbol));
  film.curves = createCurves(find("curves"), {
    pick: (index) => { pause(film); show(film, index); },
    release: () => sendStep(film),
  });
  listen(film);
  listenToSymbols(film);
  film.noPictures = answerForPictures({
    "timeline": () => svgPicture(find("curves"), "Loss in nats over the training; blue: training, dashed: held out"),
    "timeline-bars": () => barsPicture(film.chart, barsOfMoment(film)),
  });
  return film;
}

// ---- data from Python ----

function take(film, data) {
  const { root, chart } = film;
  const here = film.moments[film.index]?.step;
  const asked = film.revision === data.revision ? here : data.checkpoint;
  Object.assign(film, { token: data.token, revision: data.revision, data, moments: data.moments });
  film.sent = asked;
  root.style.setProperty("--temperature-colour", data.colour);
  chart.colour = data.colour;
  setSymbols(chart, data.labels, data.words);
  setOrder(chart, data.order);
  film.slider.max = String(film.moments.length - 1);
  film.slider.disabled = film.moments.length < 2;
  setCurves(film.curves, { training: data.training, heldOut: data.heldOut, moments: film.moments, best: data.best });
  const found = film.moments.findIndex(({ step }) => step === asked);
  show(film, found < 0 ? 0 : found);
  root.dataset.token = data.token;
  root.dataset.ready = "true";
}

// ---- showing one checkpoint ----

/** Show a checkpoint everywhere; sends nothing. */
export function show(film, index) {
  const { root, moments, data } = film;
  const moment = moments[index];
  film.index = index;
  film.slider.value = String(index);
  moveRule(film.curves, index);
  const lost = moment.probabilities === null;
  const probabilities = moment.probabilities ?? new Array(data.labels.length).fill(0);
  drawBars(film.chart, { before: probabilities, after: probabilities, scale: "linear" });
  fillTexts(film.texts, {
    "time": moment.time || "unknown time",
    "epoch": moment.epoch === null ? "?" : moment.epoch.toFixed(2),
    "step": moment.step.toLocaleString("en"),
    "number": String(index + 1),
    "count": String(moments.length),
    "loss": nats(moment.loss, moment.lossKnown ? "no longer a number" : "–"),
    "loss-bits": bits(moment.lossBits),
    "held-out": nats(moment.heldOut, "–"),
    "held-out-bits": bits(moment.heldOutBits),
    "unit": data.unit,
    "underlining": data.legend,
    "entropy": lost ? "–" : moment.entropy.toFixed(2),
  });
  drawSymbol(film);
  drawText(film, moment);
  root.dataset.step = String(moment.step);
  root.dataset.lost = String(lost);
  root.dataset.probabilities = JSON.stringify(moment.probabilities);
  film.slider.setAttribute("aria-valuetext", spokenMoment(film));
  film.back.disabled = index === 0;
  film.step.disabled = index === moments.length - 1;
  film.best.disabled = data.best === null || data.best === index;
  film.play.disabled = moments.length < 2;
}

/** The text: the prompt, what is as before, the first character that differs, and the rest. */
function drawText(film, { text, shared, invented, failure }) {
  const prompt = document.createElement("span");
  prompt.className = "prompt";
  prompt.textContent = film.data.prompt;
  if (failure) {
    const said = document.createElement("span");
    said.className = "failure";
    said.textContent = failure;
    film.text.replaceChildren(said);
    film.shared.textContent = "";
    return;
  }
  const symbols = Array.from(text);
  const differs = film.index > 0 && shared > 0 && shared < symbols.length;
  const marks = differs ? [{ position: shared, title: "the first that differs from the checkpoint before" }] : [];
  const pieces = cut(symbols.length, marks, invented).map((piece) => createSegment(piece, symbols));
  film.text.replaceChildren(prompt, ...pieces);
  film.shared.textContent = film.index === 0 ? "" : sharedWords(shared, symbols.length);
}

function createSegment(piece, symbols) {
  const element = document.createElement(piece.title ? "mark" : "span");
  element.classList.toggle("invented", Boolean(piece.isInvented));
  element.textContent = symbols.slice(piece.start, piece.end).join("");
  const said = saidOfPiece(piece);
  if (said) element.title = said;
  return element;
}

export function drawSymbol(film) {
  const { data, moments, index, pointed } = film;
  const { probabilities } = moments[index];
  const one = (probabilities ?? []).slice(0, data.words ? -1 : undefined); // not all others
  const symbol = pointed ?? likeliest(one);
  fillTexts(film.texts, {
    "symbol": data.labels[symbol] ?? "–",
    "probability": probabilities ? `${probabilityWords(probabilities[symbol])}${pointed === null ? ", the most" : ""}` : "–",
  });
}

/** What is written on the picture of the bars. */
function barsOfMoment({ data, moments, index }) {
  return { labels: data.labels, heading: `Next symbol at step ${moments[index].step.toLocaleString("en")}` };
}

/** What a bar says: its figure beside it in rows, and for a screen reader. */
function spokenSymbol({ data, moments, index }, symbol) {
  const { probabilities } = moments[index];
  const number = probabilities ? probabilityWords(probabilities[symbol]) : "–";
  return { number, spoken: `${data.names[symbol]}: ${number}` };
}
