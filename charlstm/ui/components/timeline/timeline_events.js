// What the person does with the timeline: play the film, step, scrub, look at a symbol.
// When moving is over, the step is sent to Python. timeline.js draws.

import { barOf, focusBar, setTabStop, walk } from "../shared/bars.js";
import { drawSymbol, show } from "./timeline.js";
import { spokenMoment } from "./timeline_words.js";

const SETTLE_TIMELINE_MS = 300; // steps by key that are closer together than this are sent once

// ---- the film ----

export function play(film) {
  if (film.index === film.moments.length - 1) show(film, 0);
  film.playing = true;
  update(film);
  film.timer = window.setTimeout(() => next(film), pace(film));
}

function next(film) {
  show(film, Math.min(film.index + 1, film.moments.length - 1));
  if (film.index === film.moments.length - 1) {
    pause(film);
    sendStep(film);
  } else {
    film.timer = window.setTimeout(() => next(film), pace(film));
  }
}

export function pause(film) {
  window.clearTimeout(film.timer);
  film.playing = false;
  update(film);
}

export function pace({ root }) {
  return 1000 / Number(root.querySelector('input[name="speed"]:checked').value);
}

function paces({ root }) {
  return Array.from(root.querySelectorAll('input[name="speed"]'));
}

/** Take the pace that the page asks for, if it is new. */
export function takePace(film, asked) {
  if (asked === film.askedPace) return;
  film.askedPace = asked;
  for (const input of paces(film)) input.checked = input.value === asked;
}

/** The text is hidden from screen readers while the film runs; where it stops is announced. */
function update({ root, play, text, playing }) {
  root.dataset.playing = String(playing);
  play.textContent = playing ? "Pause" : "Play";
  if (playing) text.setAttribute("aria-hidden", "true");
  else text.removeAttribute("aria-hidden");
}

/** Send the step that is shown; the same step twice is sent once. */
export function sendStep(film) {
  window.clearTimeout(film.settling);
  const { step } = film.moments[film.index];
  film.announcement.textContent = spokenMoment(film);
  if (step === film.sent) return;
  film.sent = step;
  film.send(step);
}

function sendSoon(film) {
  window.clearTimeout(film.settling);
  film.settling = window.setTimeout(() => sendStep(film), SETTLE_TIMELINE_MS);
}

// ---- what the person does ----

export function listen(film) {
  const go = (index, button) => {
    pause(film);
    show(film, Math.min(Math.max(index, 0), film.moments.length - 1));
    sendSoon(film);
    if (button.disabled) film.slider.focus(); // the focus must not fall off the page
  };
  for (const input of paces(film)) input.addEventListener("change", () => film.sendPace(input.value));
  film.slider.addEventListener("input", () => { pause(film); show(film, Number(film.slider.value)); });
  film.slider.addEventListener("change", () => sendSoon(film));
  film.slider.addEventListener("keydown", (event) => event.stopPropagation());
  film.play.addEventListener("click", () => {
    if (!film.playing) return play(film);
    pause(film);
    return sendStep(film);
  });
  film.back.addEventListener("click", () => go(film.index - 1, film.back));
  film.step.addEventListener("click", () => go(film.index + 1, film.step));
  film.best.addEventListener("click", () => go(film.data.best, film.best));
}

export function listenToSymbols(film) {
  const { chart } = film;
  const point = (symbol) => {
    film.pointed = symbol;
    drawSymbol(film);
  };
  chart.list.addEventListener("pointerover", (event) => point(barOf(event)));
  chart.list.addEventListener("pointerleave", () => point(null));
  chart.list.addEventListener("focusin", (event) => {
    setTabStop(chart, barOf(event));
    point(barOf(event));
  });
  chart.list.addEventListener("focusout", () => point(null));
  chart.list.addEventListener("keydown", (event) => {
    const symbol = walk(chart, barOf(event), event.key);
    if (symbol === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    focusBar(chart, symbol);
  });
}
