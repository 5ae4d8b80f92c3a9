/**
 * By how much limits are broken, in all: 0 where none is. Each constraint is at most 0 where its limit is kept
 * (as in Optuna); without constraints there are no limits.
 */
export function violationOf(constraints: readonly number[] | undefined): number {
  return constraints?.reduce((sum, constraint) => sum + Math.max(0, constraint), 0) ?? 0;
}
