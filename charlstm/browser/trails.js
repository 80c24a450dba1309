// What-if branches: picks in a text, [[position, symbol], …] by position, and trees of them.
// charlstm/exploring/trails.py is the reference.

export const MOST_BRANCHES = 24;
export const TRUNK = [];

const PICK = /^([0-9]{1,4})-([0-9]{1,7}(?:_[0-9]{1,7})*)$/; // a position, and code points
const LAST_CODE_POINT = 0x10ffff;

/** The branch that leaves another one at a position, without its later picks. */
export function withPick(branch, position, symbol) {
  return [...branch.filter(([at]) => at < position), [position, symbol]];
}

/** The tree with one more branch, in order: each follows its parent. */
export function grown(branches, branch) {
  const isThere = branches.some((each) => isSame(each, branch));
  if (!isThere && branches.length >= MOST_BRANCHES) {
    throw new RangeError(`A tree has at most ${MOST_BRANCHES} branches; start a new one.`);
  }
  return isThere ? branches : [...branches, branch].sort(inOrder);
}

/** How many ancestors of a branch, the trunk included, are in the tree. */
export function depth(branch, branches) {
  const starts = branch.map((_, end) => branch.slice(0, end));
  return starts.filter((start) => branches.some((each) => isSame(each, start))).length;
}

export function isSame(one, other) {
  return inOrder(one, other) === 0;
}

/** Where a branch is in a tree, or -1. */
export function indexIn(branches, branch) {
  return branches.findIndex((each) => isSame(each, branch));
}

function inOrder(one, other) {
  for (let n = 0; n < Math.min(one.length, other.length); n += 1) {
    const [[at, symbol], [otherAt, otherSymbol]] = [one[n], other[n]];
    const difference = at - otherAt || byCodePoints(symbol, otherSymbol);
    if (difference) return difference;
  }
  return one.length - other.length;
}

function byCodePoints(one, other) {
  const [codes, others] = [codesOf(one), codesOf(other)];
  const at = codes.findIndex((code, n) => code !== others[n]);
  return at < 0 ? codes.length - others.length : codes[at] - (others[at] ?? -1);
}

function codesOf(symbol) {
  return Array.from(symbol, (character) => character.codePointAt(0));
}

/** A tree as a word of an address: "12-101;12-101.30-32". The trunk is left out. */
export function writtenDown(branches) {
  const word = ([position, symbol]) => `${position}-${codesOf(symbol).join("_")}`;
  return branches
    .filter((branch) => branch.length)
    .map((branch) => branch.map(word).join("."))
    .join(";");
}

/** The tree of such a word, or null if it is not one that picks these symbols (a Map or Set). */
export function readBack(word, symbols) {
  const branches = [TRUNK];
  for (const part of word ? word.split(";") : []) {
    const branch = part.split(".").map((each) => pickOf(each, symbols));
    const isInOrder = branch.every((pick, n) => pick && (n === 0 || branch[n - 1][0] < pick[0]));
    if (!isInOrder || branches.length >= MOST_BRANCHES) return null;
    branches.push(branch);
  }
  return branches.filter((branch, n) => indexIn(branches, branch) === n);
}

function pickOf(word, symbols) {
  const found = PICK.exec(word);
  const codes = found?.[2].split("_").map(Number);
  if (!found || Math.max(...codes) > LAST_CODE_POINT) return null;
  const symbol = String.fromCodePoint(...codes);
  return symbols.has(symbol) ? [Number(found[1]), symbol] : null;
}

/** 1 for the likeliest symbol, the same at every temperature. */
export function rankOf(logits, symbol) {
  let rank = 1;
  for (const logit of logits) if (logit > logits[symbol]) rank += 1;
  return rank;
}
