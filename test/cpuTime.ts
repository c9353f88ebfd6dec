/**
 * Milliseconds of processor time that the work takes in this process, at the best of `times`. Unlike the time that passes,
 * it does not grow with what else the machine has to do.
 */
export function cpuMs(work: () => unknown, times = 3): number {
  const once = () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  return Math.min(...Array.from({ length: times }, once));
}

/** The same of work that waits now and then, done once. */
export async function cpuMsOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
