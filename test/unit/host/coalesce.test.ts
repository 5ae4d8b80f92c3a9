import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { coalesce } from "../../../src/host/coalesce.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = (error: unknown) => {
  throw error;
};

test("many requests are one run, at most one an interval", async () => {
  let runs = 0;
  const coalesced = coalesce(() => void runs++, 100, never);
  coalesced.request();
  coalesced.request();
  await vi.advanceTimersByTimeAsync(0);
  expect(runs).toBe(1);
  coalesced.request();
  coalesced.request();
  await vi.advanceTimersByTimeAsync(99);
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(runs).toBe(2);
});

test("what is asked for during a run leads to one more", async () => {
  let runs = 0;
  let finish = () => {};
  const coalesced = coalesce(
    () => {
      runs++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    10,
    never,
  );
  coalesced.request();
  await vi.advanceTimersByTimeAsync(0);
  coalesced.request();
  coalesced.request();
  await vi.advanceTimersByTimeAsync(50);
  expect(runs).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(50);
  expect(runs).toBe(2);
});

test("a failure is told and does not end it", async () => {
  const errors: unknown[] = [];
  const coalesced = coalesce(
    () => Promise.reject(new Error("no")),
    10,
    (error) => errors.push(error),
  );
  coalesced.request();
  await vi.advanceTimersByTimeAsync(20);
  coalesced.request();
  await vi.advanceTimersByTimeAsync(20);
  expect(errors).toHaveLength(2);
});

test("disposed, it runs no more", async () => {
  let runs = 0;
  const coalesced = coalesce(() => void runs++, 10, never);
  coalesced.request();
  coalesced.dispose();
  await vi.advanceTimersByTimeAsync(50);
  coalesced.request();
  await vi.advanceTimersByTimeAsync(50);
  expect(runs).toBe(0);
});
