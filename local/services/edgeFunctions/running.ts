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

/** What comes from npm alone: nothing is loaded from a network. */
export const offline = ({ config }: Deno) => ['--no-remote', '--node-modules-dir=manual', `--config=${config}`];

/** The variables that Deno needs for itself. */
export const ownVariables = ({ cacheDir }: Deno) => ({
  DENO_DIR: cacheDir,
  DENO_NO_UPDATE_CHECK: '1',
  NO_COLOR: '1',
});
