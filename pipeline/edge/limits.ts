/** How long one call may take. Every time is in milliseconds. */
export interface Limit {
  /** Until the connection stands. */
  connect: number;
  /** In which no byte moves, in either direction: a large document that flows is never cut. */
  silence: number;
  /** Calls that the SDK makes in all; its own default, three, unless it is given. */
  attempts?: number;
}

/** Below 6 s the SDK's handler counts silence from the first moment, above it from the fourth second on. */
const usual: Limit = { connect: 3_000, silence: 5_000 };

/**
 * The limits of every service's calls: attempts at their slowest, with the pauses between them, end before the shortest
 * function that makes them does, so that a service that hangs surfaces as ServiceUnavailable.
 */
export const limits = {
  s3: usual,
  dynamodb: usual,
  secretsManager: usual,
  stepFunctions: usual,
  transcribe: usual,
  // A person waits for it, and asks again.
  chime: { connect: 2_000, silence: 5_000, attempts: 2 },
  // Another region is asked whether it is there, while that person waits.
  chimeElsewhere: { connect: 2_000, silence: 3_000, attempts: 1 },
  // So does whoever has decided about a recording.
  eventBridge: { connect: 2_000, silence: 5_000, attempts: 2 },
  // So does whoever wants to hear something.
  polly: { connect: 2_000, silence: 5_000, attempts: 2 },
  // Whoever asks how the service is takes no answer for one: `probe.ts` gives each look less time than this in all.
  health: { connect: 1_000, silence: 1_500, attempts: 2 },
  // It reads 20,000 bytes of text before it answers. A call that is given up may have been paid for.
  comprehendMedical: { connect: 3_000, silence: 17_000, attempts: 2 },
} as const satisfies Record<string, Limit>;

export type Service = keyof typeof limits;

/** A whole call of Supabase, and one that stores the results of four hours: `fetch` shows nothing of its progress. */
export const supabaseMs = { usual: 8_000, results: 60_000 } as const;

const sdkAttempts = 3;
const sdkPauseMs = 1_000;
const sdkDelayMs = 3_000;

/** How long a call takes at its slowest when the service hangs, with the SDK's own attempts and pauses. */
export function longestCallMs(service: Service): number {
  const { connect, silence, attempts = sdkAttempts }: Limit = limits[service];
  return attempts * (connect + silence + (silence < 6_000 ? 0 : sdkDelayMs) + sdkPauseMs);
}

/** The part of an SDK client's configuration that limits its calls. */
export function withLimit(service: Service, { connect, silence, attempts }: Limit = limits[service]) {
  return {
    requestHandler: { connectionTimeout: connect, socketTimeout: silence },
    ...(attempts === undefined ? {} : { maxAttempts: attempts }),
  };
}
