import { Metrics } from '@aws-lambda-powertools/metrics';
import { metricNamespace, metrics, serviceName } from '../metrics.ts';
import type { Measure } from '../ports.ts';

/**
 * Measures by printing: CloudWatch reads metrics in its embedded format from a function's output, so nothing waits and
 * nothing can fail. Each measurement is published by itself, because invocations may overlap in one process.
 */
export function toMeasure(step: string): Measure {
  const all = new Metrics({ namespace: metricNamespace, serviceName });
  return (recordingId, name, value, ...[by]) => {
    const definition: { unit: 'Count' | 'Seconds' | 'Milliseconds' | 'None'; by?: string } = metrics[name];
    const one = all.singleMetric();
    if (definition.by !== undefined && by !== undefined) one.addDimension(definition.by, by);
    // The id is in the log line beside the metric. As a dimension, it would make a metric of every recording.
    one.addMetadata('recordingId', recordingId);
    one.addMetadata('step', step);
    one.addMetric(name, definition.unit, value);
  };
}
