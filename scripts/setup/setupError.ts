/** Something that a script or a test set needs cannot be had. The message is one line: what, why, what to do. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}
