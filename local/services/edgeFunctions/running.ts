/** What is needed to run a function. */
export interface Given {
  file: URL;
  /** Its whole environment. */
  env: Readonly<Record<string, string>>;
  preload: readonly URL[];
  onLog: (line: string) => void;
}

/** A function that takes requests on a port of its own. */
export interface Running {
  port: number;
  /** Resolves when it takes no more of them. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** A binary of Deno and how it finds packages. */
export interface Deno {
  binary: string;
  /** Of the project, with the import map. */
  config: string;
  /** Where it keeps what it has compiled. */
  cacheDir: string;
}
