// The temperatures that a person typed. The same rule as numbers_in in charlstm/exploring/compare.py,
// whose docstring explains it; a browser test compares the two.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The temperatures in a text, or null if they are not `fewest` to `most` numbers up to `maximum`. */
export function readTemperatures(text, { fewest, most, maximum }) {
  const numbers = numbersIn(text);
  if (numbers === null || numbers.length < fewest || numbers.length > most) return null;
  return numbers.every((each) => each >= 0 && each <= maximum) ? numbers : null;
}

/**
 * The numbers in a text, however they are separated, or null. A comma between two digits is a decimal
 * mark where ";" or spaces separate the numbers, and separates them where points are the decimal marks.
 */
function numbersIn(text) {
  const besideSpace = /\s,|,\s/.test(text);
  const byOthers = /;|[^\s,]\s+[^\s,]/.test(text);
  const hasPoint = text.includes(".");
  const isMark = byOthers && !besideSpace && !hasPoint;
  const isEither = besideSpace && /(^|[^.\d])\d+,\d+(?![.\d])/.test(text);
  const separates = hasPoint && !byOthers && !isEither;
  const isBare = /\S,\S/.test(text) || (text.includes(";") && !hasPoint);
  if (text.includes(",") && isBare && !isMark && !separates) return null;
  const words = (isMark ? text.replaceAll(",", ".") : text).split(/[;,\s]+/).filter(Boolean);
  return words.every((word) => NUMBER.test(word)) ? words.map(Number) : null;
}
