// The random numbers of NumPy's default_rng(seed).random(n), bit for bit.
//
// SeedSequence mixes a seed into 128 + 128 bits (O'Neill 2015, "Developing a seed_seq
// alternative"), which initialise PCG64 (O'Neill 2014, the variant XSL-RR), as NumPy documents both.

const MASK_64 = (1n << 64n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/** Generates uniforms in [0, 1). `seed`: a whole number from 0, as a number or a BigInt. */
export class Generator {
  constructor(seed) {
    const [high, low, streamHigh, streamLow] = seedWords(BigInt(seed));
    this.increment = BigInt.asUintN(128, (((streamHigh << 64n) | streamLow) << 1n) | 1n);
    this.state = 0n;
    this.#advance();
    this.state = BigInt.asUintN(128, this.state + ((high << 64n) | low));
    this.#advance();
  }

  #advance() {
    this.state = BigInt.asUintN(128, this.state * MULTIPLIER + this.increment);
  }

  /** The next uniform: the upper 53 of 64 random bits. */
  random() {
    this.#advance();
    const folded = (this.state >> 64n) ^ (this.state & MASK_64);
    const turn = this.state >> 122n;
    const bits = BigInt.asUintN(64, (folded >> turn) | (folded << (64n - turn)));
    return Number(bits >> 11n) / 2 ** 53;
  }
}

/** The first n uniforms of a seed. */
export function uniformsOf(seed, n) {
  const generator = new Generator(seed);
  return Float64Array.from({ length: n }, () => generator.random());
}

/** The four words of 64 bits that a seed expands to. */
function seedWords(seed) {
  const entropy = [];
  for (let rest = seed; rest > 0n || !entropy.length; rest >>= 32n) {
    entropy.push(Number(rest & 0xffffffffn));
  }
  const pool = mixedPool(entropy);
  const words = [];
  let constant = 0x8b51f9dd;
  for (let i = 0; i < 8; i += 1) {
    let word = pool[i % 4] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    word = Math.imul(word, constant);
    words.push(BigInt((word ^ (word >>> 16)) >>> 0));
  }
  return [0, 2, 4, 6].map((i) => words[i] | (words[i + 1] << 32n));
}

function mixedPool(entropy) {
  let constant = 0x43b0d7e5;
  const hash = (word) => {
    const hashed = Math.imul(word ^ constant, (constant = Math.imul(constant, 0x931e8875)));
    return hashed ^ (hashed >>> 16);
  };
  const mix = (a, b) => {
    const mixed = Math.imul(a, 0xca01f9dd) - Math.imul(b, 0x4973f715);
    return mixed ^ (mixed >>> 16);
  };
  const pool = [0, 1, 2, 3].map((i) => hash(entropy[i] ?? 0));
  for (let from = 0; from < 4; from += 1) {
    for (let to = 0; to < 4; to += 1) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
  }
  for (const word of entropy.slice(4)) {
    for (let to = 0; to < 4; to += 1) pool[to] = mix(pool[to], hash(word));
  }
  return pool;
}
