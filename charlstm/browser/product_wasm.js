// The loop of product.js as WebAssembly: a module of 250 bytes, put together here.

const I32 = 0x7f, V128 = 0x7b;
const LOOP = [0x03, 0x40], END = [0x0b];

const get = (local) => [0x20, local];
const set = (local) => [0x21, local];
const load = (offset) => [0xfd, 0x00, 4, offset]; // two numbers
const loadTwice = [0xfd, 0x0a, 3, 0]; // one number, in both halves
const store = (offset) => [0xfd, 0x0b, 4, offset];
const plus = [0xfd, 0xf0, 0x01], times = [0xfd, 0xf2, 0x01];
const increase = (local, by) => [...get(local), 0x41, ...signed(by), 0x6a, ...set(local)];
const countDown = (local) => [...increase(local, -1), ...get(local), 0x0d, 0]; // again unless 0

/** WebAssembly's variable-length integers. */
function signed(number) {
  const bytes = [];
  for (let rest = number; ; rest >>= 7) {
    const last = rest >= -64 && rest < 64;
    bytes.push((rest & 127) | (last ? 0 : 128));
    if (last) return bytes;
  }
}

function unsigned(number) {
  return number < 128 ? [number] : [(number & 127) | 128, ...unsigned(number >> 7)];
}

const listed = (items) => [...unsigned(items.length), ...items.flat()];
const section = (id, items) => [id, ...listed(listed(items))];

// The locals of the function: five parameters, then its own.
const SUMS = 0, VECTOR = 1, MATRIX = 2, ROWS = 3, BLOCKS = 4, ROW = 5, AT = 6, FIRST = 7, X = 11;
const PAIRS = [0, 1, 2, 3]; // eight columns are four pairs; a pair has 16 bytes

const code = [
  ...LOOP, // over blocks of eight columns
  ...PAIRS.flatMap((pair) => [...get(SUMS), ...load(16 * pair), ...set(FIRST + pair)]),
  ...get(ROWS), ...set(ROW), ...get(VECTOR), ...set(AT),
  ...LOOP, // over rows
  ...get(AT), ...loadTwice, ...set(X),
  ...PAIRS.flatMap((pair) => [
    ...get(FIRST + pair), ...get(X), ...get(MATRIX), ...load(16 * pair), ...times, ...plus, ...set(FIRST + pair),
  ]),
  ...increase(MATRIX, 64), ...increase(AT, 8), ...countDown(ROW),
  ...END,
  ...PAIRS.flatMap((pair) => [...get(SUMS), ...get(FIRST + pair), ...store(16 * pair)]),
  ...increase(SUMS, 64), ...countDown(BLOCKS),
  ...END,
  ...END,
];
const body = [...listed([[2, I32], [5, V128]]), ...code];
const bytes = Uint8Array.from([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // "\0asm", version 1
  ...section(1, [[0x60, ...listed(Array(5).fill([I32])), 0]]), // a function of five integers
  ...section(2, [[1, 0x61, 1, 0x61, 2, 0, 1]]), // imports a.a, a memory
  ...section(3, [[0]]),
  ...section(7, [[1, 0x61, 0, 0]]), // exports a, the function
  ...section(10, [[...unsigned(body.length), ...body]]),
]);

/** The loop on a memory, as a function of indices of numbers; throws if that is unavailable. */
export function compiledLoop(memory) {
  const { a } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { a: { a: memory } }).exports;
  return (vector, matrix, rows, blocks) => a(0, 8 * vector, 8 * matrix, rows, blocks);
}
