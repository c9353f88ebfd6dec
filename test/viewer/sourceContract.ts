import { describe, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import type { Change } from '../../viewer/changes.ts';
import type { Source } from '../../viewer/source.ts';

/** What the contract needs: a source of a consultation with a finding that has a suggested code. */
export interface Given {
  source: Source;
  finding: string;
}

/** What every source of a consultation must do. */
export function sourceContract(name: string, open: () => Promise<Given>): void {
  describe(`${name} as a source`, () => {
    const right = (finding: string): Change => ({ kind: 'findings', decisions: [{ finding, verdict: 'right' }] });
    const first = ({ codes: [code] }: Opened) => {
      if (!code) throw new Error('no code');
      return code;
    };

    test('opens the same consultation each time', async () => {
      const { source } = await open();
      expect(await source.open()).toEqual(await source.open());
    });

    test('a decision stands in what the change gives, with who and when', async () => {
      const { source, finding } = await open();
      const before = await source.open();
      const after = await source.change(before, right(finding), 'token-1');
      expect(after.revision).toBe(before.revision + 1);
      expect(after.findingReviews).toMatchObject([{ finding, verdict: 'right', status: null }]);
      expect(after.findingReviews[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(after.findingReviews[0]?.by).not.toBe('');
    });

    test('the same token again changes nothing more', async () => {
      const { source, finding } = await open();
      const before = await source.open();
      const once = await source.change(before, right(finding), 'token-1');
      expect((await source.change(before, right(finding), 'token-1')).revision).toBe(once.revision);
    });

    test('a code is accepted, and taken back', async () => {
      const { source } = await open();
      const before = await source.open();
      const { entity, system, code } = first(before);
      const decide = (review: 'accepted' | 'suggested'): Change => ({
        kind: 'codes',
        decisions: [{ entity, system, code, review }],
      });
      const accepted = await source.change(before, decide('accepted'), 'token-1');
      expect(first(accepted).review).toBe('accepted');
      const back = await source.change(accepted, decide('suggested'), 'token-2');
      expect(first(back)).toMatchObject({ review: 'suggested', reviewedAt: null, reviewedBy: null });
    });

    test('what is given away as FHIR says since when, once', async () => {
      const { source } = await open();
      const before = await source.open();
      expect(source.base).toBe('https://api.example');
      const first = await source.handOut(before);
      expect(first.recording.firstExportedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      const earlier = { ...before, recording: { ...before.recording, firstExportedAt: '2026-01-01T00:00:00.000Z' } };
      expect(await source.handOut(earlier)).toEqual(earlier);
      expect(first).toEqual({ ...before, recording: first.recording });
    });

    test('a correction has an id, by which it is withdrawn', async () => {
      const { source } = await open();
      const before = await source.open();
      const [turn] = before.turns;
      if (!turn) throw new Error('no turn');
      const change = { kind: 'role', speaker: turn.speaker, fromTurn: 0, toTurn: 0, role: 'other' } as const;
      const corrected = await source.change(before, change, 'token-1');
      const [made] = corrected.corrections;
      if (!made) throw new Error('no correction');
      const withdrawn = await source.change(corrected, { kind: 'withdraw', correction: made.id }, 'token-2');
      expect(withdrawn.corrections).toEqual([]);
    });
  });
}
