import { createServer, type Server, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import {
  type CancellationToken,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
  SocketMessageReader,
  SocketMessageWriter,
} from "vscode-jsonrpc/node";
import {
  type EngineCall,
  type EngineCalls,
  type EngineEvents,
  PROTOCOL_VERSION,
} from "../protocol/engine.ts";
import { TuningForkError, toErrorPayload } from "../protocol/errors.ts";

/** The engine's end of every call; `hello` is answered by the server itself. */
export type Handlers = {
  readonly [K in Exclude<EngineCall, "hello">]: (
    params: EngineCalls[K]["params"],
    /** Aborted when the caller no longer wants the answer. */
    cancelled: AbortSignal,
  ) => Promise<EngineCalls[K]["result"]>;
};

/** How long a connection may take to read its last answer, in milliseconds. */
const FAREWELL = 500;

export interface EngineServer {
  /** Sends an event to every connection that has said hello. */
  notify<K extends keyof EngineEvents>(name: K, value: EngineEvents[K]): void;
  readonly connections: number;
  close(): Promise<void>;
}

/** Serves the engine's calls on a Unix socket or a Windows pipe. Resolves once it listens. */
export async function serve(address: string, version: string, handlers: Handlers): Promise<EngineServer> {
  const greeted = new Set<MessageConnection>();
  const sockets = new Set<Socket>();
  const pending = new Set<Promise<unknown>>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    accept(socket, version, handlers, { greeted, pending });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
  });
  return {
    notify(name, value) {
      for (const connection of greeted) connection.sendNotification(name, value).catch(() => {});
    },
    get connections() {
      return greeted.size;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Whoever asked us to end is still owed an answer.
      while (pending.size > 0) await Promise.allSettled(pending);
      // A turn later the answers are queued. Messages leave in order: once this one has, they have.
      await nextTurn();
      const farewell = { level: "info", text: "The engine ends." };
      await Promise.allSettled(
        Array.from(greeted, (connection) => connection.sendNotification("log", farewell)),
      );
      for (const socket of sockets) socket.end();
      await Promise.race([closed, sleep(FAREWELL)]);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface Shared {
  /** Connections that have said hello. */
  readonly greeted: Set<MessageConnection>;
  /** Calls under way. */
  readonly pending: Set<Promise<unknown>>;
}

function accept(socket: Socket, version: string, handlers: Handlers, { greeted, pending }: Shared): void {
  const connection = createMessageConnection(
    new SocketMessageReader(socket),
    new SocketMessageWriter(socket),
  );
  connection.onClose(() => {
    greeted.delete(connection);
    connection.dispose();
  });
  connection.onError(() => socket.destroy());
  connection.onRequest("hello", ({ protocol }: EngineCalls["hello"]["params"]) => {
    if (protocol !== PROTOCOL_VERSION) {
      return refusal(
        new TuningForkError(
          "version-mismatch",
          `This engine speaks version ${PROTOCOL_VERSION} of the protocol, the caller version ${protocol}.`,
          "Reload the window once its studies are done.",
        ),
      );
    }
    greeted.add(connection);
    return { protocol: PROTOCOL_VERSION, version, pid: process.pid };
  });
  for (const name of Object.keys(handlers) as (keyof Handlers)[]) {
    // An engine of another version must still be told to end.
    const open = name === "shutdown";
    connection.onRequest(name, async (params: unknown, token: CancellationToken) => {
      if (!open && !greeted.has(connection)) {
        return refusal(new TuningForkError("version-mismatch", `"${name}" was called before "hello".`));
      }
      try {
        const answer = call(handlers, name, params, token);
        pending.add(answer);
        await answer.finally(() => pending.delete(answer)).catch(() => {});
        return await answer;
      } catch (error) {
        return refusal(error);
      }
    });
  }
  connection.listen();
}

function call(
  handlers: Handlers,
  name: keyof Handlers,
  params: unknown,
  token: CancellationToken,
): Promise<unknown> {
  const cancel = new AbortController();
  const subscription = token.onCancellationRequested(() => cancel.abort());
  const handler = handlers[name] as (params: unknown, cancelled: AbortSignal) => Promise<unknown>;
  return handler(params, cancel.signal).finally(() => subscription.dispose());
}

/** Every failure travels as a payload, so that the other end can tell people what to do. */
function refusal(error: unknown): ResponseError<unknown> {
  const payload = toErrorPayload(error);
  return new ResponseError(
    payload.code === "internal" ? ErrorCodes.InternalError : ErrorCodes.InvalidRequest,
    payload.message,
    payload,
  );
}
