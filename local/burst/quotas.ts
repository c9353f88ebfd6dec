/** What an account may do at once or in a second. */
export interface Quotas {
  /** Jobs of one engine at once. */
  jobs: number;
  /** Starts of jobs, and looks at them, in a second. */
  starts: number;
  looks: number;
  /** Of each operation of Comprehend Medical, in a second. */
  clinicalCalls: number;
  clinicalCharacters: number;
  startExecutions: number;
  /** Lambda functions at once. */
  functions: number;
  /** Connections of the database. */
  connections: number;
}

/**
 * Transcribe 250 jobs, 25 starts and 30 looks a second; Comprehend Medical 40 calls and 40,000 characters; StartExecution
 * 300 in eu-west-1; Lambda 1,000. The database's connections are those of a small plan. A new account gets less, and
 * nobody publishes how much: its values are assumptions.
 */
export const quotas = {
  default: {
    jobs: 250,
    starts: 25,
    looks: 30,
    clinicalCalls: 40,
    clinicalCharacters: 40_000,
    startExecutions: 300,
    functions: 1_000,
    connections: 60,
  },
  'new-account': {
    jobs: 100,
    starts: 10,
    looks: 20,
    clinicalCalls: 40,
    clinicalCharacters: 40_000,
    startExecutions: 150,
    functions: 50,
    connections: 15,
  },
} as const satisfies Record<string, Quotas>;

export type QuotaName = keyof typeof quotas;

/** What one recording takes. */
export interface Load {
  recordings: number;
  /** Milliseconds of all jobs together, and of the longest. */
  jobMs: number;
  longestJobMs: number;
  /** Of the operation that reads most. */
  characters: number;
  calls: number;
}

/** No schedule is shorter than this, in seconds: the quota that binds, by its name. */
export function boundOf(load: Load, quota: Quotas): { name: keyof Quotas; seconds: number } {
  const seconds: Partial<Record<keyof Quotas, number>> = {
    jobs: Math.max(load.jobMs / quota.jobs, load.longestJobMs) / 1_000,
    starts: load.recordings / quota.starts,
    clinicalCalls: load.calls / quota.clinicalCalls,
    clinicalCharacters: load.characters / quota.clinicalCharacters,
    startExecutions: load.recordings / quota.startExecutions,
  };
  const [name, longest] = Object.entries(seconds).reduce((most, one) => (one[1] > most[1] ? one : most));
  return { name: name as keyof Quotas, seconds: longest };
}
