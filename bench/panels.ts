import type { PanelDown } from "../src/protocol/panel.ts";
import { bundlePanel, launch, openPanel } from "../test/webview/harness.ts";
import { snapshot, study } from "../test/webview/studies.ts";

/**
 * Frame times of both panels while a study of 10,000 trials goes on: `node bench/panels.ts`. Snapshots come
 * four times a second for six seconds, as the host sends them; each brings new trials. Frame
 * times are the intervals between animation frames; "work" is the panel's own time on the main thread, a frame.
 */
const SNAPSHOTS = 24;

const browser = await launch();
for (const panel of ["brackets", "incumbent"] as const) {
  const { history, plan } = study("trials10000");
  const open = await openPanel(browser, await bundlePanel(panel), { width: 1000, height: 900 });
  const messages = Array.from({ length: SNAPSHOTS }, (_, index) =>
    snapshot(panel, { ...history, trials: history.trials.slice(0, 8_900 + index * 2) }, plan),
  );
  await open.post(messages[0]!);
  await open.settle();
  const before = await open.page.context().newCDPSession(open.page);
  await before.send("Performance.enable");
  const cost = async () => {
    const { metrics } = await before.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
  };
  // Handing over and parsing all messages at once is the bench's own cost, not the panel's.
  const given = await open.page.evaluateHandle(
    (list) => list,
    JSON.parse(JSON.stringify(messages)) as PanelDown[],
  );
  await open.settle();
  const start = await cost();
  const frames = await open.page.evaluate(stream, given);
  const work = (await cost()) - start;
  frames.sort((a, b) => a - b);
  const mean = frames.reduce((sum, time) => sum + time, 0) / frames.length;
  const at = (share: number) => frames[Math.floor((frames.length - 1) * share)]!.toFixed(1);
  console.log(
    `${panel}: ${frames.length} frames, mean ${mean.toFixed(1)} ms, median ${at(0.5)} ms, 95 % ${at(0.95)} ms, ` +
      `longest ${at(1)} ms; work ${(work / frames.length).toFixed(1)} ms a frame; ` +
      `message ${Math.round(JSON.stringify(messages.at(-1)).length / 1000)} kB; complaints: ${open.complaints.length}`,
  );
  await open.close();
}
await browser.close();

/** Runs in the page. */
function stream(messages: readonly PanelDown[]): Promise<number[]> {
  return new Promise((resolve) => {
    const frames: number[] = [];
    let last = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      const message = messages[sent++];
      if (message !== undefined) window.postMessage(message, "*");
    }, 250);
    const tick = () => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      if (sent <= messages.length) requestAnimationFrame(tick);
      else {
        clearInterval(timer);
        resolve(frames);
      }
    };
    requestAnimationFrame(tick);
  });
}
