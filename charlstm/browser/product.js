// Vector times matrix: the loop that takes nearly all of the time of writing.
//
// A matrix is stored in blocks of eight columns, each block row after row, so that the loop reads its
// numbers in the order in which they are stored. WebAssembly takes two of them at a time (SIMD). If a
// browser or a policy does not allow it, the same loop runs as JavaScript, four times slower.

import { compiledLoop } from "./product_wasm.js";

const BLOCK = 8; // columns
const MOST_COLUMNS = 12_288;
const MOST_ROWS = 4_096;

/** The matrices of one model. Their memory begins with space for the sums and for the vector. */
export class Matrices {
  constructor() {
    this.memory = null;
    this.numbers = new Float64Array(MOST_COLUMNS + MOST_ROWS);
    this.loop = (...where) => addProduct(this.numbers, ...where);
    try {
      this.memory = new WebAssembly.Memory({ initial: (this.numbers.length * 8) / 65536 });
      this.loop = compiledLoop(this.memory);
      this.numbers = new Float64Array(this.memory.buffer);
    } catch (error) {
      this.memory = null; // WebAssembly is not allowed here, or has no SIMD: use JavaScript
    }
    this.end = MOST_COLUMNS + MOST_ROWS;
  }

  /** Stores a matrix; `values` by rows. Its `addTo(sums, vector)` adds vector · matrix to the sums. */
  add(values, rows, columns) {
    const blocks = Math.ceil(columns / BLOCK);
    const start = this.#room(blocks * rows * BLOCK);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const block = Math.floor(column / BLOCK);
        const at = start + (block * rows + row) * BLOCK + (column % BLOCK);
        this.numbers[at] = values[row * columns + column];
      }
    }
    return {
      addTo: (sums, vector) => {
        this.numbers.set(sums);
        this.numbers.set(vector, MOST_COLUMNS);
        this.loop(MOST_COLUMNS, start, rows, blocks);
        sums.set(this.numbers.subarray(0, columns));
      },
    };
  }

  /** Index of the first of so many unused numbers. */
  #room(count) {
    const start = this.end;
    this.end += count;
    if (this.end > this.numbers.length) {
      if (this.memory) {
        this.memory.grow(Math.ceil(((this.end - this.numbers.length) * 8) / 65536));
        this.numbers = new Float64Array(this.memory.buffer);
      } else {
        const before = this.numbers;
        this.numbers = new Float64Array(2 * this.end);
        this.numbers.set(before);
      }
    }
    return start;
  }
}

/** The loop: sums (at 0) += vector · matrix, block by block. `product_wasm.js` is this, compiled. */
function addProduct(numbers, vector, matrix, rows, blocks) {
  let at = matrix;
  for (let sums = 0; sums < blocks * BLOCK; sums += BLOCK) {
    let a = numbers[sums], b = numbers[sums + 1], c = numbers[sums + 2], d = numbers[sums + 3];
    let e = numbers[sums + 4], f = numbers[sums + 5], g = numbers[sums + 6], h = numbers[sums + 7];
    for (let row = 0; row < rows; row += 1) {
      const x = numbers[vector + row];
      a += x * numbers[at]; b += x * numbers[at + 1]; c += x * numbers[at + 2]; d += x * numbers[at + 3];
      e += x * numbers[at + 4]; f += x * numbers[at + 5]; g += x * numbers[at + 6]; h += x * numbers[at + 7];
      at += BLOCK;
    }
    numbers.set([a, b, c, d, e, f, g, h], sums);
  }
}
