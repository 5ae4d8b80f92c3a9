import { connect } from "node:net";
import {
  createMessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import { type EngineCall, type EngineCalls, PROTOCOL_VERSION } from "../protocol/engine.ts";
import { fromErrorPayload, TuningForkError } from "../protocol/errors.ts";

/** How long what has arrived may take to be read once the connection is closed, in milliseconds. */
const LAST_WORDS = 50;

/** Asks another process that runs a study, in a connection of its own: one question, one answer. */
export async function callOwner<K extends EngineCall>(
  address: string,
  name: K,
  params: EngineCalls[K]["params"],
): Promise<EngineCalls[K]["result"]> {
  const socket = connect(address);
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", () =>
      reject(
        new TuningForkError(
          "engine-died",
          "The process that runs the study does not answer.",
          "Resume the study to go on.",
        ),
      ),
    );
  });
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  // Only disposal rejects the calls that still wait; an answer that came just before the end is read first.
  connection.onClose(() => setTimeout(() => connection.dispose(), LAST_WORDS));
  connection.onError(() => socket.destroy());
  connection.listen();
  try {
    await connection.sendRequest("hello", { protocol: PROTOCOL_VERSION });
    return await connection.sendRequest<EngineCalls[K]["result"]>(name, params);
  } catch (error) {
    const known = error instanceof ResponseError ? fromErrorPayload(error.data) : undefined;
    throw (
      known ?? new TuningForkError("engine-died", "The process that runs the study ended while it was asked.")
    );
  } finally {
    connection.dispose();
    socket.destroy();
  }
}
