import { metricNamespace, metrics, serviceName } from '../pipeline/metrics.ts';
import { serviceSpec } from './serviceSpec.ts';
import { isIntrinsic, type Resource, type Template } from './template.ts';

/** A metric as an alarm or a dashboard names it; values are written as Fn::Sub would: `${Id}`, `${Id.Attribute}`. */
interface Use {
  /** The place where it is named. */
  at: string;
  namespace: string;
  name: string;
  dimensions: readonly (readonly [name: string, value: string | undefined])[];
}

/**
 * Metrics that are in the services' guides but not in AWS's specification, which has only the common ones:
 * `namespace name`, and the dimensions they are reported by.
 */
const alsoKnown: Readonly<Record<string, readonly string[]>> = {
  'AWS/CloudFront CacheHitRate': ['DistributionId', 'Region'],
  'AWS/S3 OperationsFailedReplication': ['SourceBucket', 'DestinationBucket', 'RuleId'],
  'AWS/S3 OperationsPendingReplication': ['SourceBucket', 'DestinationBucket', 'RuleId'],
  'AWS/S3 BytesPendingReplication': ['SourceBucket', 'DestinationBucket', 'RuleId'],
  'AWS/S3 ReplicationLatency': ['SourceBucket', 'DestinationBucket', 'RuleId'],
};

/**
 * The type of resource that a dimension's value must name, and the attribute if its Ref is not the name: a queue's Ref
 * is its URL, and an alarm on that stays silent.
 */
const owners: Readonly<Record<string, { type: string; attribute?: string }>> = {
  ApiId: { type: 'AWS::ApiGatewayV2::Api' },
  BucketName: { type: 'AWS::S3::Bucket' },
  DistributionId: { type: 'AWS::CloudFront::Distribution' },
  FunctionName: { type: 'AWS::Lambda::Function' },
  QueueName: { type: 'AWS::SQS::Queue', attribute: 'QueueName' },
  RuleName: { type: 'AWS::Events::Rule' },
  SourceBucket: { type: 'AWS::S3::Bucket' },
  StateMachineArn: { type: 'AWS::StepFunctions::StateMachine' },
  TableName: { type: 'AWS::DynamoDB::Table' },
};

const constants: Readonly<Record<string, readonly string[]>> = {
  Region: ['Global'],
  StorageType: ['StandardStorage', 'GlacierInstantRetrievalStorage', 'AllStorageTypes'],
  service: [serviceName],
};

/**
 * Finds metrics that nobody writes, one line per fault: an alarm on one is silent for ever, a graph of one is empty.
 */
export function checkMetrics(template: Template): string[] {
  const uses = Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type === 'AWS::CloudWatch::Alarm') return usesOfAlarm(id, Properties);
    return Type === 'AWS::CloudWatch::Dashboard' ? usesOfDashboard(id, Properties) : [];
  });
  return uses.flatMap((use) => {
    const faults = [...checkName(use, template), ...use.dimensions.flatMap((one) => checkValue(one, template))];
    return faults.map((fault) => `${use.at}: ${fault}`);
  });
}

function checkName({ namespace, name, dimensions }: Use, template: Template): string[] {
  const known = [...dimensionsOf(namespace, name), ...filteredBy(namespace, name, template)];
  if (known.length === 0) return [`${namespace} has no metric ${name}`];
  const used = dimensions.map(([dimension]) => dimension).toSorted();
  if (known.some((set) => set.toSorted().join() === used.join())) return [];
  return [`${namespace} does not report ${name} by ${used.join(' and ') || 'nothing'}`];
}

/** The sets of dimensions by which a metric is reported; none for a metric that does not exist. */
function dimensionsOf(namespace: string, name: string): readonly (readonly string[])[] {
  if (namespace === metricNamespace) {
    const own: Readonly<Record<string, { unit: string; by?: string } | undefined>> = metrics;
    const metric = own[name];
    return metric ? [['service', ...(metric.by === undefined ? [] : [metric.by])]] : [];
  }
  const more = alsoKnown[`${namespace} ${name}`];
  if (more) return [more];
  const spec = serviceSpec();
  return spec
    .lookup('metric', 'namespace', 'equals', namespace)
    .filter((metric) => metric.name === name)
    .flatMap((metric) => spec.follow('usesDimensionSet', metric))
    .map(({ entity }) => entity.dimensions.map((dimension) => dimension.name));
}

/** A metric that a filter of the template's makes of a log has no dimensions. */
function filteredBy(namespace: string, name: string, { Resources }: Template): readonly (readonly string[])[] {
  const made = Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
    Type === 'AWS::Logs::MetricFilter'
      ? (Properties['MetricTransformations'] as { MetricNamespace: string; MetricName: string }[])
      : [],
  );
  return made.some(({ MetricNamespace, MetricName }) => MetricNamespace === namespace && MetricName === name)
    ? [[]]
    : [];
}

function checkValue([dimension, value]: Use['dimensions'][number], { Resources }: Template): string[] {
  if (value === undefined) return [];
  const owner = owners[dimension];
  if (owner) {
    const [, id = '', attribute] = /^\$\{(\w+)(?:\.(\w+))?\}$/.exec(value) ?? [];
    const isRight = Resources[id]?.Type === owner.type && attribute === owner.attribute;
    // What is there on a condition is named by whatever is always there.
    const isNamed = ({ Type, Properties }: Resource) => Type === owner.type && Properties?.['Name'] === value;
    return isRight || Object.values(Resources).some(isNamed)
      ? []
      : [`${dimension} is ${value}, which names no ${owner.type}`];
  }
  const wanted = constants[dimension];
  return !wanted || wanted.includes(value) ? [] : [`${dimension} is ${value}, not ${wanted.join(' or ')}`];
}

interface MetricShape {
  Namespace?: unknown;
  MetricName?: unknown;
  Dimensions?: { Name: string; Value: unknown }[];
}

function usesOfAlarm(id: string, properties: NonNullable<Resource['Properties']>): Use[] {
  const math = (properties['Metrics'] ?? []) as { MetricStat?: { Metric: MetricShape } }[];
  const shapes: MetricShape[] = [properties, ...math.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])];
  return shapes
    .filter(({ MetricName }) => MetricName !== undefined)
    .map(({ Namespace, MetricName, Dimensions = [] }) => ({
      at: id,
      namespace: String(Namespace),
      name: String(MetricName),
      dimensions: Dimensions.map(({ Name, Value }) => [Name, asSubstitution(Value)] as const),
    }));
}

/** A reference as it would stand in a Fn::Sub. */
function asSubstitution(value: unknown): string {
  if (!isIntrinsic(value)) return String(value);
  const [[name, argument] = []] = Object.entries(value as Record<string, unknown>);
  if (name === 'Ref') return `\${${String(argument)}}`;
  if (name === 'Fn::GetAtt') return `\${${[argument].flat().join('.')}}`;
  return typeof argument === 'string' ? argument : JSON.stringify(argument);
}

interface Widget {
  type: string;
  properties: { title?: string; metrics?: unknown[][] };
}

/** @throws SyntaxError when the body is not JSON, which CloudWatch would only say at deployment */
function usesOfDashboard(id: string, { DashboardBody }: Record<string, unknown>): Use[] {
  const { widgets } = JSON.parse(asSubstitution(DashboardBody)) as { widgets: Widget[] };
  return widgets.flatMap(({ properties: { title = 'a widget', metrics: rows = [] } }) => {
    let previous: string[] = [];
    return rows.flatMap((row) => {
      const at = `${id}, ${title}`;
      const [first] = row;
      if (typeof first === 'object') return searchIn(at, (first as { expression?: string }).expression ?? '');
      const [namespace = '', name = '', ...rest] = (previous = written(row, previous));
      const dimensions = rest.flatMap((dimension, n) => (n % 2 === 0 ? [[dimension, rest[n + 1]] as const] : []));
      return [{ at, namespace, name, dimensions }];
    });
  });
}

/** A row without its abbreviations: `.` repeats one field of the row above, `...` all that are not written. */
function written(row: readonly unknown[], previous: readonly string[]): string[] {
  const fields = row.filter((field) => typeof field === 'string');
  const [first, ...last] = fields;
  if (first === '...') return [...previous.slice(0, previous.length - last.length), ...last];
  return fields.map((field, n) => (field === '.' ? (previous[n] ?? '') : field));
}

/** The metric that a SEARCH looks for. Other expressions only calculate with metrics that are named elsewhere. */
function searchIn(at: string, expression: string): Use[] {
  if (!expression.includes('SEARCH(')) return [];
  const [, schema = '', name = ''] = /\{([^}]+)\}[^']*MetricName="(\w+)"/.exec(expression) ?? [];
  const [namespace = '', ...dimensions] = schema.split(',');
  return [{ at, namespace, name, dimensions: dimensions.map((dimension) => [dimension, undefined] as const) }];
}
