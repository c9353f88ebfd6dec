import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

type View<Props> = (props: Props) => JSX.Element | null;

/** A view of another part of the page. `load` brings that part, once. */
export type LaterView<Props> = View<Props> & { load: () => Promise<void> };

/** A view that is only drawn on demand: the part of the page that it stands in is run when it is first drawn. */
export function later<Props extends object>(load: () => Promise<View<Props>>): LaterView<Props> {
  let loaded: View<Props> | undefined;
  const bring = async () => void (loaded ??= await load());
  function Later(props: Props) {
    const [, setLoaded] = useState(loaded !== undefined);
    useLayoutEffect(() => {
      if (loaded === undefined) void bring().then(() => setLoaded(true));
    }, []);
    const Loaded = loaded;
    return Loaded ? <Loaded {...props} /> : null;
  }
  return Object.assign(Later, { load: bring });
}
