// Written text, shown character by character at a speed for reading aloud; several texts from one
// prompt are side by side and advance together.
// Sends a person's actions to Python by setTriggerValue: "speed", the chosen one; "shown", how many
// characters are shown once the texts are paused, -1 when they are not. Characters are code points;
// the text is only ever set as textContent. The columns themselves are in columns.js.

import { copyText } from "../shared/copy.js";
import { createColumn, showColumnUpTo, showMoreOfColumn, wholeText } from "./columns.js";

const USUAL_SPEED = "30"; // characters per second
const LONGEST_FRAME_S = 0.25; // a tab that was asleep must not show everything at once
const REMEMBERED = 50;
const REST_MS = 500; // from the last step until the texts count as paused

const typewriters = new WeakMap(); // one per root element; it outlives re-renders
const positions = new Map(); // where each text was left, for components that Streamlit mounts again

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".typewriter");
  if (!typewriters.has(root)) typewriters.set(root, createTypewriter(root));
  const typewriter = typewriters.get(root);
  typewriter.send = setTriggerValue;
  takeSpeed(typewriter, data.speed);
  if (root.dataset.token !== data.token) start(typewriter, data);
  return () => {
    stop(typewriter);
    window.clearTimeout(typewriter.timer);
    typewriters.delete(root);
  };
}

function createTypewriter(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const typewriter = {
    root,
    box: find("columns"),
    columns: [], // see columns.js
    length: 0, // characters of the longest column
    play: find("play"),
    step: find("step"),
    all: find("all"),
    counter: find("counter"),
    announcement: find("announcement"),
    copy: find("copy"),
    count: 0, // how many characters of every column are shown
    due: 0, // fraction of the next one that has passed, 0 to 1
    playing: false,
    frame: 0,
    then: null, // time of the last frame, ms
    name: null, // of the texts
    asked: null, // the speed that Python last asked for
    sent: -1, // where the texts are paused, as last sent to Python
    timer: 0,
  };
  listenToButtons(typewriter, find("again"));
  listenToSpeed(typewriter);
  return typewriter;
}

// ---- which text ----

function start(typewriter, { columns, token, key, legend, shown }) {
  stop(typewriter);
  typewriter.sent = shown ?? -1;
  typewriter.columns = columns.map(createColumn);
  typewriter.box.replaceChildren(...typewriter.columns.map(({ element }) => element));
  typewriter.box.style.setProperty("--columns", String(columns.length));
  typewriter.root.querySelector(".legend").textContent = legend;
  typewriter.length = Math.max(...typewriter.columns.map(({ length }) => length));
  typewriter.name = `${key} ${token}`;
  const asked = shown === null ? undefined : { count: shown, playing: false };
  const left = positions.get(typewriter.name) ?? asked;
  showUpTo(typewriter, Math.min(left?.count ?? 0, typewriter.length));
  typewriter.root.dataset.token = token;
  if (left?.playing ?? true) play(typewriter);
  else update(typewriter);
}

function remember({ name, count, playing }) {
  positions.delete(name);
  positions.set(name, { count, playing });
  if (positions.size > REMEMBERED) positions.delete(positions.keys().next().value);
}

// ---- showing ----

function showUpTo(typewriter, count) {
  for (const column of typewriter.columns) showColumnUpTo(column, count);
  typewriter.count = count;
  typewriter.due = 0;
}

/** Move the next characters over; the cost does not depend on the position in the text. */
function showMore(typewriter, more) {
  const count = Math.min(typewriter.count + more, typewriter.length);
  for (const column of typewriter.columns) showMoreOfColumn(column, typewriter.count, count);
  typewriter.count = count;
}

function isComplete({ count, length }) {
  return count === length;
}

function play(typewriter) {
  const rate = speed(typewriter);
  if (rate === Infinity) showUpTo(typewriter, typewriter.length);
  typewriter.playing = !isComplete(typewriter);
  typewriter.then = null;
  window.cancelAnimationFrame(typewriter.frame);
  if (typewriter.playing) typewriter.frame = window.requestAnimationFrame((now) => step(typewriter, now));
  update(typewriter);
}

function step(typewriter, now) {
  const elapsed = Math.min((now - (typewriter.then ?? now)) / 1000, LONGEST_FRAME_S);
  typewriter.then = now;
  typewriter.due += elapsed * speed(typewriter);
  const more = Math.floor(typewriter.due);
  typewriter.due -= more;
  if (more > 0) showMore(typewriter, more);
  typewriter.playing = !isComplete(typewriter);
  if (typewriter.playing) typewriter.frame = window.requestAnimationFrame((next) => step(typewriter, next));
  if (more > 0) update(typewriter);
}

function stop(typewriter) {
  window.cancelAnimationFrame(typewriter.frame);
  typewriter.playing = false;
}

/** Counter, buttons, attributes; the text is hidden from screen readers while it grows. */
function update(typewriter) {
  const { root, count, length, playing } = typewriter;
  const complete = isComplete(typewriter);
  root.dataset.shown = String(count);
  root.dataset.complete = String(complete);
  typewriter.counter.textContent = `${count} of ${length} characters`;
  typewriter.play.textContent = playing ? "Pause" : "Play";
  typewriter.play.disabled = typewriter.step.disabled = typewriter.all.disabled = complete;
  if (playing) typewriter.box.setAttribute("aria-hidden", "true");
  else typewriter.box.removeAttribute("aria-hidden");
  const news = complete ? `The text is complete: ${length} characters.` : "";
  if (typewriter.announcement.textContent !== news) typewriter.announcement.textContent = news;
  remember(typewriter);
  sendPosition(typewriter);
}

/** Send to Python where the texts were paused, after a pause without steps, or that they continue. */
function sendPosition(typewriter) {
  const paused = typewriter.playing || isComplete(typewriter) ? -1 : typewriter.count;
  window.clearTimeout(typewriter.timer);
  if (paused === typewriter.sent) return;
  const send = () => {
    typewriter.sent = paused;
    typewriter.send("shown", paused);
  };
  if (paused < 0) send();
  else typewriter.timer = window.setTimeout(send, REST_MS);
}

// ---- controls ----

function listenToButtons(typewriter, again) {
  typewriter.play.addEventListener("click", () => {
    if (!typewriter.playing) return play(typewriter);
    stop(typewriter);
    return update(typewriter);
  });
  typewriter.step.addEventListener("click", () => {
    stop(typewriter);
    if (!isComplete(typewriter)) showMore(typewriter, 1);
    update(typewriter);
    if (isComplete(typewriter)) again.focus();
  });
  typewriter.root.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" || event.target.tagName === "INPUT") return;
    event.preventDefault();
    typewriter.step.click();
  });
  typewriter.all.addEventListener("click", () => {
    stop(typewriter);
    showUpTo(typewriter, typewriter.length);
    update(typewriter);
    again.focus(); // this button is disabled now; keep the focus on the page
  });
  again.addEventListener("click", () => {
    showUpTo(typewriter, 0);
    play(typewriter);
  });
  typewriter.copy.addEventListener("click", async () => {
    const copied = await copyText(typewriter.columns.map(wholeText).join("\n\n"));
    typewriter.copy.textContent = copied ? "Copied" : "Not copied";
    window.setTimeout(() => { typewriter.copy.textContent = "Copy"; }, 1500);
  });
}

function listenToSpeed(typewriter) {
  for (const input of speeds(typewriter)) {
    input.addEventListener("change", () => {
      typewriter.send("speed", input.value);
      if (typewriter.playing) play(typewriter);
    });
  }
}

/** Take the speed that the page asks for, if it is new; "" leaves the choice to the browser. */
function takeSpeed(typewriter, asked) {
  if (asked === typewriter.asked) return;
  typewriter.asked = asked;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const wanted = asked || (calm ? "all" : USUAL_SPEED);
  for (const input of speeds(typewriter)) input.checked = input.value === wanted;
  if (typewriter.playing) play(typewriter);
}

function speeds({ root }) {
  return Array.from(root.querySelectorAll('input[name="speed"]'));
}

/** Characters per second; "at once" is infinite. */
function speed({ root }) {
  const value = root.querySelector('input[name="speed"]:checked').value;
  return value === "all" ? Infinity : Number(value);
}
