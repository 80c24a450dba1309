// The words in a handout's address, after its "#": the same as in the app's addresses after "?".
// For an invalid word the default is used. charlstm/ui/address.py is the reference.

const WHOLE = /^\d{1,15}$/;
const NUMBER = /^\d+(\.\d+)?(e-?\d+)?$/;
const LONGEST_WORD = 4000;

const between = (low, high, pattern = NUMBER) => (word) =>
  pattern.test(word) && Number(word) >= low && Number(word) <= high;
const whole = (low, high) => between(low, high, WHOLE);
const oneOf = (...words) => (word) => words.includes(word);
const listOf = (fits) => (word) => word.split(",").every(fits);
const any = () => true;
const isPick = /^\d{1,4}-\d{1,7}(_\d{1,7})*$/;
const isTurn = (word) => /^\d{1,4}:\d(\.\d{1,17})?$/.test(word) && Number(word.split(":")[1]) <= 2;

export const MAX_SEED = 2 ** 32 - 1;
/** How many symbols a view writes at most. */
export const MAX_LENGTH = { temperature: 2000, compare: 2000, hand: 1000 };

const SEED = ["0", whole(0, MAX_SEED)];
const SPEED = ["", oneOf("10", "30", "100", "300", "all")];
const SHOWN = [null, whole(0, 100_000)];
const SCALE = ["linear", oneOf("linear", "log")];
const ORDER = oneOf("probability", "alphabet");

/** Of each view: { name: [the default, a test whether a word is valid] }. */
export const VIEWS = {
  temperature: {
    temperature: ["0.5", between(0, 2)],
    turns: [null, listOf(isTurn)],
    seed: SEED,
    length: ["400", whole(1, MAX_LENGTH.temperature)],
    speed: SPEED,
    shown: SHOWN,
    position: [null, whole(1, MAX_LENGTH.temperature)],
    order: ["alphabet", ORDER],
    scale: SCALE,
    symbol: ["", any],
  },
  compare: {
    temperatures: ["0.2, 0.5, 1, 1.2", (word) => word.length <= 80],
    seed: SEED,
    length: ["400", whole(1, MAX_LENGTH.compare)],
    speed: SPEED,
    shown: SHOWN,
    fork: ["0", whole(0, 5)],
  },
  hand: {
    temperature: ["0.5", between(0, 2)],
    seed: SEED,
    length: [null, whole(0, MAX_LENGTH.hand)],
    text: [null, any],
    written: [null, any],
    picked: [null, listOf(whole(0, 499))],
    branches: [null, (word) => word.split(/[;.]/).every((each) => isPick.test(each))],
    branch: [null, whole(0, 23)],
    beside: [null, (word) => word === "none" || whole(0, 23)(word)],
    position: [null, whole(0, 5000)],
    colour: ["bits", oneOf("bits", "probability", "rank")],
    order: ["probability", ORDER],
    scale: SCALE,
  },
  learned: {},
};

/** The words that one view takes over from another. */
const SHARED = ["prompt", "known", "temperature", "seed", "order", "scale", "symbol", "speed"];

/** { view, words } of an address; `usual` are defaults of this handout. */
export function read(hash, usual) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const view = Object.hasOwn(VIEWS, given.get("view") ?? "") ? given.get("view") : "temperature";
  const words = {};
  for (const [name, [ownDefault, fits]] of Object.entries(rulesOf(view))) {
    const word = given.get(name);
    const isFit = word !== null && word.length <= LONGEST_WORD && fits(word);
    words[name] = isFit ? word : usual[name] ?? ownDefault;
  }
  return { view, words };
}

/** The address of a view with these words; defaults are left out. */
export function write(view, words, usual) {
  const told = new URLSearchParams(view === "temperature" ? {} : { view });
  for (const [name, [ownDefault]] of Object.entries(rulesOf(view))) {
    const word = words[name] ?? null;
    if (word !== null && word !== (usual[name] ?? ownDefault)) told.set(name, word);
  }
  return `#${told}`;
}

/** The address of another view, which takes over the words that both have. */
export function another(view, words, usual) {
  const shared = Object.entries(words).filter(([name]) => SHARED.includes(name));
  return write(view, Object.fromEntries(shared), usual);
}

function rulesOf(view) {
  return { prompt: ["", any], known: ["0", oneOf("0", "1")], ...VIEWS[view] };
}
