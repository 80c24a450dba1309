// Probabilities and fractions as people write them: "41 %", "0.04 %", "1 in 31,000", "3.1 × 10⁻⁷".
// The same rule as in charlstm/analysis/distribution.py, which explains it; a browser test compares them.
// Exact numbers are in data attributes.

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const DECIMALS = [[0.9995, 2], [0.995, 1], [0.0995, 0], [0.00995, 1], [0.0001, 2]];
const ROUNDING = 1e-9; // by how much a sum of probabilities may exceed 1

/** p: from 0 to 1, else a RangeError. Its spaces do not break. */
export function probabilityWords(p) {
  if (!(p >= 0 && p <= 1 + ROUNDING)) throw new RangeError(`A probability is a number from 0 to 1, not ${p}.`);
  return wordsOf(p).replaceAll(" ", "\u00a0");
}

function wordsOf(p) {
  if (p === 0) return "0 %";
  if (p >= 1) return "100 %";
  if (p >= 0.99995) return "over 99.99 %";
  for (const [least, decimals] of DECIMALS) {
    if (p < least) continue;
    const number = rounded(p * 10 ** (2 + decimals));
    const [whole, part] = [Math.floor(number / 10 ** decimals), number % 10 ** decimals];
    return decimals ? `${whole}.${String(part).padStart(decimals, "0")} %` : `${whole} %`;
  }
  if (p >= 0.000001) {
    const step = 1 / p >= 99_500 ? 10_000 : 1_000;
    return `1 in ${(step * rounded(1 / p / step)).toLocaleString("en")}`;
  }
  return powerOfTen(p);
}

function rounded(value) {
  return Math.floor(value + 0.5);
}

/** Any number but 0: "3.1 × 10⁻⁷" */
export function powerOfTen(value) {
  const [mantissa, exponent] = value.toExponential(1).split("e");
  return power(mantissa.replace("-", "−"), Number(exponent));
}

function power(mantissa, exponent) {
  const digits = Array.from(String(exponent), (digit) => SUPERSCRIPTS[digit]).join("");
  return `${mantissa}\u00a0×\u00a010${digits}`;
}

/** The probability of a whole text, given its log2; it may be smaller than any number. */
export function pathWords(log2Probability) {
  if (log2Probability > -1000) return probabilityWords(2 ** log2Probability);
  if (log2Probability === -Infinity) return probabilityWords(0);
  const log10 = log2Probability * Math.log10(2);
  let exponent = Math.floor(log10);
  let tenths = rounded(10 * 10 ** (log10 - exponent));
  if (tenths === 100) [tenths, exponent] = [10, exponent + 1];
  return power(`${Math.floor(tenths / 10)}.${tenths % 10}`, exponent);
}

/** A measured number to three significant digits, with separated thousands. */
export function figure(value) {
  if (!Number.isFinite(value)) return value > 0 ? "infinitely many" : "−∞";
  if (value !== 0 && Math.abs(value) < 0.0001) return powerOfTen(value);
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 20 });
}
