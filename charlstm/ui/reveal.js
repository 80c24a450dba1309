// The written text, revealed character by character at a speed for reading aloud.
// Knows a prompt, a text and a token that names them; tells Python nothing. How the text came to
// be is none of its business. Characters are code points; the text only ever becomes textContent.

const SPEED_KEY = "charlstm.reveal.speed";
const USUAL_SPEED = "30"; // characters per second
const LONGEST_FRAME_S = 0.25; // a tab that slept must not burst out on waking
const REMEMBERED = 50;

const reveals = new WeakMap(); // one per root element; it outlives re-renders
const places = new Map(); // where each text was left, for components that Streamlit mounts anew

const requests = new Map(); // how often each text has been asked for so far

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".reveal");
  if (!reveals.has(root)) reveals.set(root, createReveal(root));
  const reveal = reveals.get(root);
  root.style.setProperty("--temperature-colour", data.colour);
  if (root.dataset.token !== data.token) start(reveal, data);
  bringIntoView(root, data);
  return () => {
    stop(reveal);
    reveals.delete(root);
  };
}

/** A text that was just asked for is scrolled to; one that changed by itself leaves the page be. */
function bringIntoView(root, { key, asked }) {
  if (asked > (requests.get(key) ?? 0)) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    root.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }
  requests.set(key, asked);
}

function createReveal(root) {
  const find = (name) => root.querySelector(`.${name}`);
  const reveal = {
    root,
    prompt: find("prompt"),
    shown: find("shown").appendChild(document.createTextNode("")),
    rest: find("rest").appendChild(document.createTextNode("")),
    text: find("text"),
    play: find("play"),
    all: find("all"),
    counter: find("counter"),
    announcement: find("announcement"),
    copy: find("copy"),
    symbols: [], // the text's code points
    count: 0, // how many of them are shown
    due: 0, // share of the next one that has passed, 0 to 1
    playing: false,
    frame: 0,
    then: null, // time of the last frame, ms
    place: null,
  };
  listenToButtons(reveal, find("again"));
  listenToSpeed(reveal);
  return reveal;
}

// ---- which text ----

function start(reveal, { prompt, text, token, key }) {
  stop(reveal);
  reveal.prompt.textContent = prompt;
  reveal.symbols = Array.from(text);
  reveal.place = `${key} ${token}`;
  const left = places.get(reveal.place);
  showUpTo(reveal, Math.min(left?.count ?? 0, reveal.symbols.length));
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
  reveal.shown.data = reveal.symbols.slice(0, count).join("");
  reveal.rest.data = reveal.symbols.slice(count).join("");
  reveal.count = count;
  reveal.due = 0;
}

/** Move the next characters over; costs the same wherever in the text it happens. */
function showMore(reveal, more) {
  const next = reveal.symbols.slice(reveal.count, reveal.count + more).join("");
  reveal.shown.appendData(next);
  reveal.rest.deleteData(0, next.length);
  reveal.count = Math.min(reveal.count + more, reveal.symbols.length);
}

function isComplete({ count, symbols }) {
  return count === symbols.length;
}

function play(reveal) {
  const rate = speed(reveal);
  if (rate === Infinity) showUpTo(reveal, reveal.symbols.length);
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
  const { root, count, symbols, playing } = reveal;
  const complete = isComplete(reveal);
  root.dataset.shown = String(count);
  root.dataset.complete = String(complete);
  reveal.counter.textContent = `${count} of ${symbols.length} characters`;
  reveal.play.textContent = playing ? "Pause" : "Play";
  reveal.play.disabled = reveal.all.disabled = complete;
  if (playing) reveal.text.setAttribute("aria-hidden", "true");
  else reveal.text.removeAttribute("aria-hidden");
  const news = complete ? `The text is complete: ${symbols.length} characters.` : "";
  if (reveal.announcement.textContent !== news) reveal.announcement.textContent = news;
  remember(reveal);
}

// ---- controls ----

function listenToButtons(reveal, again) {
  reveal.play.addEventListener("click", () => {
    if (!reveal.playing) return play(reveal);
    stop(reveal);
    return update(reveal);
  });
  reveal.all.addEventListener("click", () => {
    stop(reveal);
    showUpTo(reveal, reveal.symbols.length);
    update(reveal);
    again.focus(); // this button is disabled now, and the focus must not fall off the page
  });
  again.addEventListener("click", () => {
    showUpTo(reveal, 0);
    play(reveal);
  });
  reveal.copy.addEventListener("click", async () => {
    const copied = await copy(reveal.prompt.textContent + reveal.symbols.join(""));
    reveal.copy.textContent = copied ? "Copied" : "Not copied";
    window.setTimeout(() => { reveal.copy.textContent = "Copy"; }, 1500);
  });
}

/** Copy prompt and whole text; without HTTPS browsers offer only the old way. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.cssText = "position: fixed; opacity: 0";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}

function listenToSpeed(reveal) {
  const inputs = Array.from(reveal.root.querySelectorAll('input[name="speed"]'));
  const wanted = rememberedSpeed();
  for (const input of inputs) {
    input.checked = input.value === wanted;
    input.addEventListener("change", () => {
      rememberSpeed(input.value);
      if (reveal.playing) play(reveal);
    });
  }
  if (!inputs.some((input) => input.checked)) inputs[1].checked = true;
}

/** Characters per second; "at once" is infinite. */
function speed({ root }) {
  const value = root.querySelector('input[name="speed"]:checked').value;
  return value === "all" ? Infinity : Number(value);
}

function rememberedSpeed() {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const usual = calm ? "all" : USUAL_SPEED;
  try {
    return window.sessionStorage.getItem(SPEED_KEY) ?? usual;
  } catch {
    return usual; // storage can be forbidden
  }
}

function rememberSpeed(value) {
  try {
    window.sessionStorage.setItem(SPEED_KEY, value);
  } catch {
    // The speed then holds for this text only.
  }
}
