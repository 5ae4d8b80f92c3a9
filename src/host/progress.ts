import { CancellationError, type CancellationToken, ProgressLocation, window } from "vscode";

/** Shows a progress notification only for work that takes longer than people notice. */
export async function withLateProgress<T>(title: string, work: Promise<T>, delay = 1000): Promise<T> {
  let done = false;
  const timer = setTimeout(() => {
    if (!done) {
      void window.withProgress({ location: ProgressLocation.Notification, title }, () => settled(work));
    }
  }, delay);
  try {
    return await work;
  } finally {
    done = true;
    clearTimeout(timer);
  }
}

/** Shows a notification that can be cancelled: then the wait ends at once with a CancellationError. */
export function withCancellableProgress<T>(
  title: string,
  work: (token: CancellationToken) => Promise<T>,
): Promise<T> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    window.withProgress(options, (_, token) => {
      const cancelled = new Promise<never>((_, reject) => {
        token.onCancellationRequested(() => reject(new CancellationError()));
      });
      return Promise.race([work(token), cancelled]);
    }),
  );
}

async function settled(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
