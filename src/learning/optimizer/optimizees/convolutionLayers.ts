/** Side of a filter, and its weights for one input channel. */
const KERNEL = 3;
export const TAPS = KERNEL * KERNEL;

/**
 * The 3 × 3 surroundings of every pixel, zero beyond the border: a convolution of stride 1 and padding 1 is a fully
 * connected layer over them.
 * @param pictures [pictures × side × side]
 * @param patches Written: [pictures × side × side × 9]
 */
export function surroundings(pictures: Float32Array, side: number, patches: Float32Array): void {
  let to = 0;
  for (let picture = 0; picture < pictures.length; picture += side * side)
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        surroundingsOf(pictures, picture, side, y, x, patches, to);
        to += TAPS;
      }
}

function surroundingsOf(
  pictures: Float32Array,
  picture: number,
  side: number,
  y: number,
  x: number,
  patches: Float32Array,
  at: number,
): void {
  let to = at;
  for (let row = y - 1; row <= y + 1; row++)
    for (let column = x - 1; column <= x + 1; column++) {
      const isInside = row >= 0 && row < side && column >= 0 && column < side;
      patches[to++] = isInside ? pictures[picture + row * side + column]! : 0;
    }
}

/**
 * The highest of every 2 × 2 values of a channel.
 * @param values [pictures × side × side × channels], the side even
 * @param pooled Written: [pictures × side/2 × side/2 × channels]
 * @param places Written: where in `values` each of `pooled` stands; the first where several are as high
 */
export function pool(
  values: Float32Array,
  side: number,
  channels: number,
  pooled: Float32Array,
  places: Uint32Array,
): void {
  const line = side * channels;
  for (let to = 0; to < pooled.length; to++) {
    const cell = Math.floor(to / channels);
    const half = side / 2;
    // Lines of `values` stand one after the other over all pictures, as their number in a picture is even.
    const first = Math.floor(cell / half) * 2 * line + (cell % half) * 2 * channels + (to % channels);
    let place = first;
    if (values[first + channels]! > values[place]!) place = first + channels;
    if (values[first + line]! > values[place]!) place = first + line;
    if (values[first + line + channels]! > values[place]!) place = first + line + channels;
    pooled[to] = values[place]!;
    places[to] = place;
  }
}

/** The error before pooling from that after it: all of it goes to the value that was the highest. */
export function unpool(pooled: Float32Array, places: Uint32Array, errors: Float32Array): void {
  errors.fill(0);
  for (let k = 0; k < pooled.length; k++) errors[places[k]!] = pooled[k]!;
}
