// Written text, revealed character by character at a speed for reading aloud; several texts from one
// prompt stand side by side and advance together.
// Knows a prompt, texts with places to mark, and a token that names them. Tells Python what a person
// does, by setTriggerValue: "speed", chosen; "shown", how many characters stand there once the texts
// were halted, -1 when they are not; "marked", [column, mark], clicked. How the texts came to be is
// none of its business. Characters are code points; the text only ever becomes textContent. The
// columns themselves are in reveal_columns.js, copyText in copy.js.

const USUAL_SPEED = "30"; // characters per second
const LONGEST_FRAME_S = 0.25; // a tab that slept must not burst out on waking
const REMEMBERED = 50;
const REST_MS = 500; // from the last step until the texts count as halted

const reveals = new WeakMap(); // one per root element; it outlives re-renders
const places = new Map(); // where each text was left, for components that Streamlit mounts anew

const requests = new Map(); // how often each text has been asked for so far

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".reveal");
  if (!reveals.has(root)) reveals.set(root, createReveal(root));
  const reveal = reveals.get(root);
  reveal.tell = setTriggerValue;
  reveal.leadsTo = data.marksLeadTo;
  takeSpeed(reveal, data.speed);
  if (root.dataset.token !== data.token) start(reveal, data);
  bringIntoView(root, data);
  return () => {
    stop(reveal);
    window.clearTimeout(reveal.timer);
    reveals.delete(root);
  };
}

/** A text that was just asked for is scrolled to; one that changed by itself leaves the page be. */
function bringIntoView(root, { key, asked }) {
  if (asked > (requests.get(key) ?? 0)) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const scroll = () => root.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    // Its typeface may come only now, and then the text takes more lines.
    window.requestAnimationFrame(() => document.fonts.ready.then(scroll));
  }
  requests.set(key, asked);
}

function createReveal(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const reveal = {
    root,
    box: find("columns"),
    columns: [], // see reveal_columns.js
    length: 0, // characters of the longest column
    play: find("play"),
    step: find("step"),
    all: find("all"),
    counter: find("counter"),
    announcement: find("announcement"),
    copy: find("copy"),
    count: 0, // how many characters of every column are shown
    due: 0, // share of the next one that has passed, 0 to 1
    playing: false,
    frame: 0,
    then: null, // time of the last frame, ms
    place: null,
    asked: null, // the speed that Python asked for last
    told: -1, // where Python believes the texts to be halted
    timer: 0,
  };
  listenToButtons(reveal, find("again"));
  listenToMarks(reveal);
  listenToSpeed(reveal);
  return reveal;
}

// ---- which text ----

function start(reveal, { columns, token, key, legend, shown, marksOpen }) {
  stop(reveal);
  reveal.told = shown ?? -1;
  reveal.root.classList.toggle("opens", marksOpen);
  reveal.columns = columns.map(createColumn);
  reveal.box.replaceChildren(...reveal.columns.map(({ element }) => element));
  reveal.box.style.setProperty("--columns", String(columns.length));
  reveal.root.querySelector(".legend").textContent = legend;
  reveal.length = Math.max(...reveal.columns.map(({ length }) => length));
  reveal.place = `${key} ${token}`;
  const asked = shown === null ? undefined : { count: shown, playing: false };
  const left = places.get(reveal.place) ?? asked;
  showUpTo(reveal, Math.min(left?.count ?? 0, reveal.length));
  reveal.root.dataset.token = token;
  if (left?.playing ?? true) play(reveal);
  else update(reveal);
}

function remember({ place, count, playing }) {
  places.delete(place);
  places.set(place, { count, playing });
  if (places.size > REMEMBERED) places.delete(places.keys().next().value);
}

// ---- showing ----

function showUpTo(reveal, count) {
  for (const column of reveal.columns) showColumnUpTo(column, count);
  reveal.count = count;
  reveal.due = 0;
}

/** Move the next characters over; costs the same wherever in the text it happens. */
function showMore(reveal, more) {
  const count = Math.min(reveal.count + more, reveal.length);
  for (const column of reveal.columns) showMoreOfColumn(column, reveal.count, count);
  reveal.count = count;
}

function isComplete({ count, length }) {
  return count === length;
}

function play(reveal) {
  const rate = speed(reveal);
  if (rate === Infinity) showUpTo(reveal, reveal.length);
  reveal.playing = !isComplete(reveal);
  reveal.then = null;
  window.cancelAnimationFrame(reveal.frame);
  if (reveal.playing) reveal.frame = window.requestAnimationFrame((now) => step(reveal, now));
  update(reveal);
}

function step(reveal, now) {
  const elapsed = Math.min((now - (reveal.then ?? now)) / 1000, LONGEST_FRAME_S);
  reveal.then = now;
  reveal.due += elapsed * speed(reveal);
  const more = Math.floor(reveal.due);
  reveal.due -= more;
  if (more > 0) showMore(reveal, more);
  reveal.playing = !isComplete(reveal);
  if (reveal.playing) reveal.frame = window.requestAnimationFrame((next) => step(reveal, next));
  if (more > 0) update(reveal);
}

function stop(reveal) {
  window.cancelAnimationFrame(reveal.frame);
  reveal.playing = false;
}

/** Counter, buttons, attributes; the text is hidden from screen readers while it grows. */
function update(reveal) {
  const { root, count, length, playing } = reveal;
  const complete = isComplete(reveal);
  root.dataset.shown = String(count);
  root.dataset.complete = String(complete);
  reveal.counter.textContent = `${count} of ${length} characters`;
  reveal.play.textContent = playing ? "Pause" : "Play";
  reveal.play.disabled = reveal.step.disabled = reveal.all.disabled = complete;
  if (playing) reveal.box.setAttribute("aria-hidden", "true");
  else reveal.box.removeAttribute("aria-hidden");
  const news = complete ? `The text is complete: ${length} characters.` : "";
  if (reveal.announcement.textContent !== news) reveal.announcement.textContent = news;
  remember(reveal);
  tellWhere(reveal);
}

/** Let Python know where the texts were halted, once nobody steps on, and that they go on at once. */
function tellWhere(reveal) {
  const halted = reveal.playing || isComplete(reveal) ? -1 : reveal.count;
  window.clearTimeout(reveal.timer);
  if (halted === reveal.told) return;
  const tell = () => {
    reveal.told = halted;
    reveal.tell("shown", halted);
  };
  if (halted < 0) tell();
  else reveal.timer = window.setTimeout(tell, REST_MS);
}

// ---- controls ----

/** A click on a mark that is visible tells which one, and shows what the page says about it. */
function listenToMarks(reveal) {
  reveal.box.addEventListener("click", (event) => {
    const mark = event.target.closest?.("mark.reached");
    if (!mark || !reveal.root.classList.contains("opens")) return;
    const pages = reveal.columns.map(({ element }) => element);
    const column = pages.findIndex((page) => page.contains(mark));
    const marks = Array.from(pages[column].querySelectorAll("mark"));
    reveal.tell("marked", [column, marks.indexOf(mark)]);
    document.getElementById(reveal.leadsTo)?.scrollIntoView({ block: "start" });
  });
}

function listenToButtons(reveal, again) {
  reveal.play.addEventListener("click", () => {
    if (!reveal.playing) return play(reveal);
    stop(reveal);
    return update(reveal);
  });
  reveal.step.addEventListener("click", () => {
    stop(reveal);
    if (!isComplete(reveal)) showMore(reveal, 1);
    update(reveal);
    if (isComplete(reveal)) again.focus();
  });
  reveal.root.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" || event.target.tagName === "INPUT") return;
    event.preventDefault();
    reveal.step.click();
  });
  reveal.all.addEventListener("click", () => {
    stop(reveal);
    showUpTo(reveal, reveal.length);
    update(reveal);
    again.focus(); // this button is disabled now, and the focus must not fall off the page
  });
  again.addEventListener("click", () => {
    showUpTo(reveal, 0);
    play(reveal);
  });
  reveal.copy.addEventListener("click", async () => {
    const copied = await copyText(reveal.columns.map(wholeText).join("\n\n"));
    reveal.copy.textContent = copied ? "Copied" : "Not copied";
    window.setTimeout(() => { reveal.copy.textContent = "Copy"; }, 1500);
  });
}

function listenToSpeed(reveal) {
  for (const input of speeds(reveal)) {
    input.addEventListener("change", () => {
      reveal.tell("speed", input.value);
      if (reveal.playing) play(reveal);
    });
  }
}

/** Take the speed that the page asks for, where that is news; "" leaves it to the browser. */
function takeSpeed(reveal, asked) {
  if (asked === reveal.asked) return;
  reveal.asked = asked;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const wanted = asked || (calm ? "all" : USUAL_SPEED);
  for (const input of speeds(reveal)) input.checked = input.value === wanted;
  if (reveal.playing) play(reveal);
}

function speeds({ root }) {
  return Array.from(root.querySelectorAll('input[name="speed"]'));
}

/** Characters per second; "at once" is infinite. */
function speed({ root }) {
  const value = root.querySelector('input[name="speed"]:checked').value;
  return value === "all" ? Infinity : Number(value);
}
