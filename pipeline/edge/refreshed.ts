/** A value is believed for so long, and asked for again so soon after it could not be had. */
const maxAgeMs = 10 * 60_000;
const pauseMs = 30_000;

/**
 * A value that is loaded when it is first asked for and again when it is old. While it cannot be had, the one that is
 * known goes on counting; callers that ask at the same time wait for one load.
 * @throws what `load` throws, while no value is known
 */
export function refreshed<T>(load: () => Promise<T>, now: () => Date): () => Promise<T> {
  let known: { value: T } | undefined;
  let until = Number.NEGATIVE_INFINITY;
  let loading: Promise<T> | undefined;

  async function refresh(): Promise<T> {
    try {
      known = { value: await load() };
      until = now().getTime() + maxAgeMs;
    } catch (error) {
      if (!known) throw error;
      until = now().getTime() + pauseMs;
    } finally {
      loading = undefined;
    }
    return known.value;
  }

  return () => {
    if (known && now().getTime() < until) return Promise.resolve(known.value);
    return (loading ??= refresh());
  };
}
