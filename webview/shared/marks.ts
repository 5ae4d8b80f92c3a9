/** Paths of marks that Vega has no name for, in its unit square. */

/** A five-pointed star: the best, or what comes next. */
export const STAR =
  "M0,-1L0.2351,-0.3236L0.9511,-0.309L0.3804,0.1236L0.5878,0.809L0,0.4L-0.5878,0.809L-0.3804,0.1236L-0.9511,-0.309L-0.2351,-0.3236Z";

/** A cross of two strokes: what has failed. */
export const CROSS = "M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8";
