import type { Weights } from '../../pipeline/clinical/assertion/likelihood.ts';
import { type Kind, readingOf, readings } from '../../pipeline/clinical/assertion/readings.ts';
import { statuses } from '../../pipeline/clinical/entities.ts';
import { reasonNames } from '../../pipeline/clinical/reasons.ts';

/** Surer than anything else. */
const sure = 30;

/**
 * Weights that follow the named rules, whatever else is heard: what stands in which list can be tested apart from what
 * the fitted weights decide.
 */
export const byRules = Object.fromEntries(
  (Object.keys(readings) as Kind[]).map((kind) => {
    const row = (reading: string, by: number) => readings[kind].map((one) => (one === reading ? by : 0));
    const ofStatus = statuses.map((status) => [
      `ruled ${status}`,
      row(readingOf(kind, { status, reason: 'stated' }), sure),
    ]);
    const ofReason = reasonNames.flatMap((reason) => {
      const readingsOf = statuses.map((status) => readingOf(kind, { status, reason }));
      const plain = statuses.map((status) => readingOf(kind, { status, reason: 'stated' }));
      const special = readingsOf.find((reading, at) => reading !== plain[at]);
      return special ? [[`rule ${reason}`, row(special, 3 * sure)]] : [];
    });
    // Of two rulings on a medicine the last one holds.
    const ofLast =
      kind === 'medicine'
        ? ['c', 'p'].flatMap((who) =>
            statuses.map((status) => [
              `last ${who} ruled ${status}`,
              row(readingOf(kind, { status, reason: status === 'historical' ? 'stopped' : 'stated' }), 2 * sure),
            ]),
          )
        : [];
    return [kind, Object.fromEntries([...ofStatus, ...ofReason, ...ofLast])];
  }),
) as unknown as Weights;
