/**
 * Eigenvalues of a symmetric matrix [size, size] in ascending order: Householder reduction to tridiagonal form, then QL with implicit
 * shifts (Golub & Van Loan, Matrix Computations, sections 8.3.1 and 8.3.3). The argument is not changed.
 * @throws RangeError if 50 sweeps do not converge, which only values that are not finite cause
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const { diagonal, offDiagonal } = tridiagonal(matrix.slice(), size);
  for (let l = 0; l < size; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = firstSplit(diagonal, offDiagonal, l);
      if (m === l) break;
      if (sweep === 50)
        throw new RangeError('Eigenvalues did not converge: the matrix holds values that are not finite.');
      implicitStep(diagonal, offDiagonal, l, m);
    }
  }
  return diagonal.sort();
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Entry i couples rows i and i + 1; the last is 0. */
  readonly offDiagonal: Float64Array;
}

/** Householder reflections from the first column on; `a` is overwritten. */
function tridiagonal(a: Float64Array, size: number): Tridiagonal {
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const v = new Float64Array(size);
  for (let k = 0; k < size - 1; k++) {
    diagonal[k] = a[k * size + k] as number;
    let norm = 0;
    for (let i = k + 1; i < size; i++) norm = Math.hypot(norm, a[i * size + k] as number);
    const pivot = a[(k + 1) * size + k] as number;
    const alpha = pivot > 0 ? -norm : norm;
    offDiagonal[k] = alpha;
    for (let i = k + 1; i < size; i++) v[i] = a[i * size + k] as number;
    v[k + 1] = pivot - alpha;
    reflect(a, size, k + 1, v);
  }
  if (size > 0) diagonal[size - 1] = a[size * size - 1] as number;
  return { diagonal, offDiagonal };
}

/** Replaces the trailing block by H block H with H = 1 - 2 v v' / v'v. */
function reflect(a: Float64Array, size: number, start: number, v: Float64Array): void {
  let square = 0;
  for (let i = start; i < size; i++) square += (v[i] as number) ** 2;
  if (square === 0) return;
  const beta = 2 / square;
  const p = new Float64Array(size);
  let dot = 0;
  for (let i = start; i < size; i++) {
    let sum = 0;
    for (let j = start; j < size; j++) sum += (a[i * size + j] as number) * (v[j] as number);
    p[i] = beta * sum;
    dot += (p[i] as number) * (v[i] as number);
  }
  const shift = (beta * dot) / 2;
  for (let i = start; i < size; i++) p[i] = (p[i] as number) - shift * (v[i] as number);
  for (let i = start; i < size; i++) {
    for (let j = start; j < size; j++) {
      const change = (v[i] as number) * (p[j] as number) + (p[i] as number) * (v[j] as number);
      a[i * size + j] = (a[i * size + j] as number) - change;
    }
  }
}

/** First index from l on where the coupling is negligible. */
function firstSplit(d: Float64Array, e: Float64Array, l: number): number {
  for (let m = l; m < d.length - 1; m++) {
    const scale = Math.abs(d[m] as number) + Math.abs(d[m + 1] as number);
    if (Math.abs(e[m] as number) <= Number.EPSILON * scale) return m;
  }
  return d.length - 1;
}

/** One QL sweep from m down to l with Wilkinson's shift. */
function implicitStep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  const el = e[l] as number;
  const ratio = ((d[l + 1] as number) - (d[l] as number)) / (2 * el);
  const root = Math.hypot(ratio, 1);
  let g = (d[m] as number) - (d[l] as number) + el / (ratio + (ratio < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * (e[i] as number);
    const b = c * (e[i] as number);
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - p;
      e[m] = 0;
      return;
    }
    [s, c] = [f / r, g / r];
    const q = (d[i + 1] as number) - p;
    const t = ((d[i] as number) - q) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = q + p;
    g = c * t - b;
  }
  d[l] = (d[l] as number) - p;
  e[l] = g;
  e[m] = 0;
}
