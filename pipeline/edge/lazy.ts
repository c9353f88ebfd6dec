type Method = (...args: never[]) => Promise<unknown>;

/** A port whose adapter is made when its first method is called. Every method of a port returns a promise. */
export function lazy<Port extends object>(load: () => Promise<Port>): Port {
  const loaded = once(load);
  return new Proxy({} as Port, {
    get:
      (_, name) =>
      async (...args: never[]) =>
        ((await loaded())[name as keyof Port] as Method)(...args),
  });
}

/** Loads at most once; a failed load is tried again by the next caller. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
}
