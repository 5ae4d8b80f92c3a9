import { type Classifier, classification, gather, type Samples } from "./classification.ts";
import { pool, surroundings, TAPS, unpool } from "./convolutionLayers.ts";
import {
  type Activation,
  activate,
  BATCH,
  CLASSES,
  crossEntropy,
  deactivate,
  forward,
  inputError,
  parameterGradient,
} from "./layers.ts";
import type { Family } from "./optimizees.ts";

export interface Convolution {
  /** Filters. */
  readonly channels: number;
  /** Of the square pictures, in pixels; even. */
  readonly side: number;
  /** ReLU unless told otherwise. */
  readonly activation?: Activation;
}

/**
 * A small convolutional network that learns to classify pictures of one channel: 3 × 3 filters (stride 1, zeros
 * beyond the border), maxima of 2 × 2, activation, a fully connected layer. Smaller than the one of Andrychowicz et
 * al. 2016, section 3.3, which has three such layers and batch normalisation.
 * @throws RangeError where the side is odd, or the samples are no pictures of it
 */
export function convolutions(samples: Samples, network: Convolution): Family {
  const { channels, side, activation = "relu" } = network;
  const features = samples.features.length / samples.count;
  if (side % 2 !== 0)
    throw new RangeError(
      `Pictures of ${side} × ${side} pixels cannot be pooled by 2 × 2: their side is odd.`,
    );
  if (features !== side * side)
    throw new RangeError(`Samples of ${features} features are not pictures of ${side} × ${side} pixels.`);
  const size = (TAPS + 1) * channels + ((channels * features) / 4 + 1) * CLASSES;
  return classification(samples, size, () => new Network(channels, side, activation));
}

/** Room for one pass of a minibatch through a network and back. */
class Network implements Classifier {
  readonly #channels: number;
  readonly #side: number;
  readonly #activation: Activation;
  /** [BATCH × side × side], and the 9 surroundings of each. */
  readonly #pictures: Float32Array;
  readonly #patches: Float32Array;
  /** What the filters give and its error, [BATCH × side × side × channels]. */
  readonly #filtered: Float32Array;
  readonly #filteredErrors: Float32Array;
  /** [BATCH × side/2 × side/2 × channels] */
  readonly #pooled: Float32Array;
  readonly #pooledErrors: Float32Array;
  readonly #places: Uint32Array;
  /** [BATCH × CLASSES] */
  readonly #logits = new Float32Array(BATCH * CLASSES);
  readonly #logitErrors = new Float32Array(BATCH * CLASSES);

  constructor(channels: number, side: number, activation: Activation) {
    const pixels = BATCH * side * side;
    this.#channels = channels;
    this.#side = side;
    this.#activation = activation;
    this.#pictures = new Float32Array(pixels);
    this.#patches = new Float32Array(pixels * TAPS);
    this.#filtered = new Float32Array(pixels * channels);
    this.#filteredErrors = new Float32Array(pixels * channels);
    this.#pooled = new Float32Array((pixels / 4) * channels);
    this.#pooledErrors = new Float32Array((pixels / 4) * channels);
    this.#places = new Uint32Array((pixels / 4) * channels);
  }

  evaluate(samples: Samples, batch: Uint32Array, parameters: Float32Array, gradient: Float32Array): number {
    gather(samples, batch, this.#pictures);
    this.#forward(parameters);
    const loss = crossEntropy(this.#logits, this.#logitErrors, samples.labels, batch);
    gradient.fill(0);
    this.#backward(parameters, gradient);
    return loss;
  }

  /** The filters stand first among the parameters, [9 × channels], and their biases; then the connected layer. */
  get #connected(): number {
    return (TAPS + 1) * this.#channels;
  }

  #forward(parameters: Float32Array): void {
    surroundings(this.#pictures, this.#side, this.#patches);
    forward(this.#patches, this.#filtered, parameters, 0, this.#pictures.length);
    pool(this.#filtered, this.#side, this.#channels, this.#pooled, this.#places);
    // Activations rise with their argument, so that they may as well follow the maxima, which are a quarter as many.
    activate(this.#pooled, this.#activation);
    forward(this.#pooled, this.#logits, parameters, this.#connected);
  }

  #backward(parameters: Float32Array, gradient: Float32Array): void {
    parameterGradient(this.#pooled, this.#logitErrors, gradient, this.#connected);
    inputError(this.#pooledErrors, this.#logitErrors, parameters, this.#connected);
    deactivate(this.#pooled, this.#pooledErrors, this.#activation);
    unpool(this.#pooledErrors, this.#places, this.#filteredErrors);
    parameterGradient(this.#patches, this.#filteredErrors, gradient, 0, this.#pictures.length);
  }
}
