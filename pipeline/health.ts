/** Of package.json. */
export const version = '0.1.0';

/** What calls and consultations cannot do without, as the answer names it. */
export const dependencies = ['database', 'meetings', 'audit', 'recordings', 'workflow'] as const;

export type Dependency = (typeof dependencies)[number];

export type State = 'ok' | 'down';

/** How the dependencies were found. */
export interface Probe {
  /** When they were asked; ISO 8601. */
  checkedAt: string;
  dependencies: Readonly<Record<Dependency, State>>;
}

/** What only those are told who have a token. */
export interface Details {
  versions: { service: string; node: string };
  regions: {
    /** Where this is deployed. */
    deployment: string;
    /** Where meetings may be held. */
    media: readonly string[];
    /** Where Chime is asked about meetings; about captures and messages, null where there are none. */
    meetings: string;
    captures: string | null;
    chat: string | null;
  };
}

/** The answer's body. */
export interface Report extends Probe, Partial<Details> {
  status: State;
}

/** One that is down is enough: a visit needs them all. */
export function toReport(probe: Probe, details?: Details): Report {
  const isDown = Object.values(probe.dependencies).includes('down');
  return { status: isDown ? 'down' : 'ok', ...probe, ...details };
}
