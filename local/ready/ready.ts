import { askAlarms } from './alarms.ts';
import { askBuckets } from './buckets.ts';
import { askCalls } from './calls.ts';
import { askDatabase } from './database.ts';
import { askFunctions } from './functions.ts';
import { askKeys } from './keys.ts';
import type { Place } from './place.ts';
import { type Row, toRow, topics } from './question.ts';
import { askQueues } from './queues.ts';
import { askSignIn } from './signIn.ts';
import { askTables } from './tables.ts';

/**
 * Asks a deployment for everything that it needs before its first patient, or only for what an auditor asks.
 * @param say gets each row as soon as it is known
 */
export async function askAll(
  place: Place,
  { audit, now }: { audit: boolean; now: Date },
  say: (row: Row) => void,
): Promise<Row[]> {
  const all = [
    ...askBuckets(place),
    ...askTables(place),
    ...askQueues(place),
    ...askKeys(place, now),
    ...askSignIn(place, now),
    ...askAlarms(place),
    ...askFunctions(place),
    ...askCalls(place),
    ...askDatabase(place),
  ];
  const order = Object.keys(topics);
  const wanted = all
    .filter(({ topic }) => !audit || topics[topic].audited)
    .toSorted((a, b) => order.indexOf(a.topic) - order.indexOf(b.topic));
  const rows: Row[] = [];
  for (const question of wanted) {
    const row = await toRow(question);
    rows.push(row);
    say(row);
  }
  return rows;
}
