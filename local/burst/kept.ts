import type { RecordingStatus } from '../../pipeline/ehr.ts';
import type { Claim } from '../../pipeline/ports.ts';

/** What a burst keeps of its recordings while they are under way. */
export class Kept {
  readonly statuses = new Map<string, RecordingStatus>();
  readonly tokens = new Map<string, string>();
  readonly #claims = new Map<string, Claim>();
  /** The fingerprints by their owners. */
  readonly #fingerprints = new Map<string, string>();
  readonly #audited = new Map<string, Set<string>>();

  claim(fingerprint: string, owner: string): Claim {
    const claim = this.#claims.get(fingerprint) ?? { owner, started: false };
    this.#claims.set(fingerprint, claim);
    this.#fingerprints.set(claim.owner, fingerprint);
    return claim;
  }

  markStarted(fingerprint: string): void {
    const claim = this.#claims.get(fingerprint);
    if (claim) this.#claims.set(fingerprint, { ...claim, started: true });
  }

  /** Each action of a recording stands once in the trail. */
  record(recordingId: string, action: string): 'recorded' | 'known' {
    const actions = this.#audited.get(recordingId) ?? new Set();
    this.#audited.set(recordingId, actions);
    if (actions.has(action)) return 'known';
    actions.add(action);
    return 'recorded';
  }

  /** A recording has ended. */
  forget(recordingId: string): void {
    this.statuses.delete(recordingId);
    this.tokens.delete(recordingId);
    this.#audited.delete(recordingId);
    this.#claims.delete(this.#fingerprints.get(recordingId) ?? '');
    this.#fingerprints.delete(recordingId);
  }
}
