import { lambda, type Step } from '../edge/lambda.ts';
import type { InspectedInput } from '../workflow.ts';

export interface PlaceInput extends InspectedInput {
  taskToken: string;
  /** When the execution started, ISO 8601: its turn. */
  startedAt: string;
}

/** Joins the line for a place. Whoever gives one back wakes the first; if that is lost, the timeout leads to another look. */
export const awaitPlace: Step<PlaceInput, void> = (ports) => async (input) => {
  const { recordingId, inspection, startedAt: since, taskToken } = input;
  await ports.places.wait(inspection.engine, { recordingId, since }, taskToken);
};

export const handler = lambda('awaitPlace', awaitPlace);
