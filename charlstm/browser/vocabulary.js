// The characters or words that a model knows, and how a text is read in them.
//
// Nothing is guessed: a reading lists what was read in lower case, in another form of Unicode, as
// unknown, or not at all.

const MARK = "[\\p{M}\\u200c\\u200d]"; // marks and joiners belong to the letter before them
const LETTER = "[\\p{L}\\p{Nl}\\p{No}]";
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const CHARACTER = new RegExp(`[\\u1100-\\u1112][\\u1161-\\u1175][\\u11a8-\\u11c2]?|.${MARK}*`, "gsu");
const LONGEST_DECOMPOSITION = 4; // code points of one character of Unicode taken apart
export const UNKNOWN = "<unk>";

/** A vocabulary from the header of a model: { level, symbols, marks_apart }. */
export function vocabularyOf({ level, symbols, marks_apart: marksApart }) {
  return level === "word" ? new WordVocabulary(symbols, marksApart) : new Vocabulary(symbols);
}

/** Characters; the id of one is its position among the symbols. */
export class Vocabulary {
  constructor(symbols) {
    this.symbols = symbols;
    this.ids = new Map(symbols.map((symbol, id) => [symbol, id]));
    this.unknownIds = [];
    // Symbols by their decomposition; the first if several share one.
    this.byDecomposition = new Map(
      [...symbols].reverse().map((symbol) => [symbol.normalize("NFD"), symbol]),
    );
  }

  /**
   * Reads a prompt: { text, ids, folded, reformed, dropped, unknown }, each of the last four a list
   * of distinct characters or words in order of appearance.
   */
  read(prompt) {
    const notes = new Notes();
    const kept = [];
    for (const [cluster] of lineEnds(prompt).matchAll(CHARACTER)) {
      const whole = this.knownAs(cluster) !== null;
      for (const part of whole ? [cluster] : cluster) {
        const found = this.knownAs(part);
        if (found === null) {
          notes.dropped.add(part);
        } else {
          kept.push(...found);
          notes.change(part, found, part);
        }
      }
    }
    return { text: kept.join(""), ids: kept.map((each) => this.ids.get(each)), ...notes.lists() };
  }

  /** A text that was read, in symbols as the text spells them. */
  tokensOf(text) {
    return Array.from(text);
  }

  /** The symbol itself, or the same in another form of Unicode, or undefined. */
  equivalent(symbol) {
    return this.ids.has(symbol) ? symbol : this.byDecomposition.get(symbol.normalize("NFD"));
  }

  /** Characters of the vocabulary: unchanged, in another form, in lower case; null if unknown. */
  knownAs(part) {
    for (const form of [part, part.toLowerCase()]) {
      if ([...form].every((each) => this.ids.has(each))) return form;
      const found = this.recomposed(form);
      if (found !== null) return found;
    }
    return null;
  }

  recomposed(part) {
    let rest = [...part.normalize("NFD")];
    let found = "";
    while (rest.length) {
      let length = Math.min(rest.length, LONGEST_DECOMPOSITION);
      while (length && !this.byDecomposition.has(rest.slice(0, length).join(""))) length -= 1;
      if (!length) return null;
      found += this.byDecomposition.get(rest.slice(0, length).join(""));
      rest = rest.slice(length);
    }
    return found;
  }
}

/** Words and marks, each with the one space before it; all others are read as unknown tokens. */
export class WordVocabulary extends Vocabulary {
  constructor(symbols, marksApart = false) {
    super(symbols);
    const letters = marksApart ? `${LETTER}+` : `${LETTER}+(?:${MARK}${LETTER}*)*`;
    const word = `${letters}(?:['’]${letters})*`;
    const other = `(?!${SPACE}).${marksApart ? "" : `${MARK}*`}`;
    this.token = new RegExp(` ?(?:${UNKNOWN}|${word})| ?${other}|${SPACE}`, "gsu");
    this.unknownIds = [UNKNOWN, ` ${UNKNOWN}`].map((each) => this.ids.get(each));
  }

  tokensOf(text) {
    return text.match(this.token) ?? [];
  }

  read(prompt) {
    const tokens = this.tokensOf(lineEnds(prompt));
    // The next word brings its own space.
    while (tokens.at(-1) === " ") tokens.pop();
    const notes = new Notes();
    const read = tokens.map((token) => {
      const found = this.equivalent(token) ?? this.equivalent(token.toLowerCase());
      const bare = token.replace(/^ +| +$/g, "") || token;
      if (found === undefined) notes.unknown.add(bare);
      else notes.change(token, found, bare);
      return found ?? token;
    });
    const ids = read.map((token) => this.ids.get(token) ?? this.ids.get(unknownFor(token)));
    return { text: read.join(""), ids, ...notes.lists() };
  }
}

/** The unknown token that replaces a token. */
export function unknownFor(token) {
  return token.length > 1 && token[0] === " " ? ` ${UNKNOWN}` : UNKNOWN;
}

function lineEnds(text) {
  return text.replace(/\r\n?/g, "\n");
}

/** What a reading changed. */
class Notes {
  constructor() {
    for (const name of ["folded", "reformed", "dropped", "unknown"]) this[name] = new Set();
  }

  change(given, found, name) {
    if (found === given) return;
    const composed = name.normalize("NFC");
    if (found !== given.toLowerCase()) this.reformed.add(composed);
    if (found.normalize("NFD") !== given.normalize("NFD")) this.folded.add(composed);
  }

  lists() {
    return Object.fromEntries(Object.entries(this).map(([name, set]) => [name, [...set]]));
  }
}
