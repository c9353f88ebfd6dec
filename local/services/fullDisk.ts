/** What the system, LevelDB and Postgres say when a disk, or somebody's share of it, has no room left. */
const words = /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i;

/** Whether an error, or one that caused it, is that of a disk without room. */
export function isFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  // Postgres: disk_full.
  if (code === '53100' || words.test(`${String(code)} ${error.message}`)) return true;
  const parts = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const { suppressed, error: later } = error as { suppressed?: unknown; error?: unknown };
  return [error.cause, suppressed, later, ...parts].some(isFullDisk);
}
