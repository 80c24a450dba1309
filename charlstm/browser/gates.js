// Code that the networks share, apart from products.

export function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** Row `index` of a matrix of that width, as a copy: its product with a one-hot vector. */
export function rowOf(matrix, index, width) {
  return matrix.slice(index * width, (index + 1) * width);
}

/** The weights of stacked recurrent layers; the first has rows instead of a kernel. */
export function recurrentLayers({ values, matrix }, names) {
  return names.map((name, layer) => ({
    kernel: layer ? matrix(`${name}/kernel`) : null,
    recurrent: matrix(`${name}/recurrent_kernel`),
    bias: values(`${name}/bias`),
  }));
}
