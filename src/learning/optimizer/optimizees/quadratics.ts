import { random } from "../../../space/random.ts";
import type { Family, Optimizees } from "./optimizees.ts";

const SIZE = 10;
const START_DEVIATION = 0.01;

/**
 * f(x) = ‖Wx − y‖² of ten parameters, W and y standard normal, started at N(0, 0.01²)
 * (Andrychowicz et al. 2016, section 3.1).
 */
export function quadratics(problems: number): Family {
  return (seed, stream): Optimizees => {
    const draws = random(seed, stream);
    const normals = (n: number): Float64Array => Float64Array.from({ length: n }, () => draws.normal());
    const matrices = normals(problems * SIZE * SIZE);
    const targets = normals(problems * SIZE);
    const start = Float32Array.from(normals(problems * SIZE), (x) => START_DEVIATION * x);
    return {
      problems,
      size: SIZE,
      start: () => start.slice(),
      evaluate: (x, _step, gradient) => {
        const losses = new Float64Array(problems);
        gradient.fill(0);
        for (let row = 0; row < problems * SIZE; row++) {
          const problem = Math.floor(row / SIZE);
          const at = problem * SIZE;
          let residual = -targets[row]!;
          for (let k = 0; k < SIZE; k++) residual += matrices[row * SIZE + k]! * x[at + k]!;
          losses[problem]! += residual * residual;
          for (let k = 0; k < SIZE; k++) gradient[at + k]! += 2 * residual * matrices[row * SIZE + k]!;
        }
        return losses;
      },
    };
  };
}
