import { randomUUID } from 'node:crypto';
import { type Call, type JsonObject, NotImplemented, type ServiceError } from './jsonService.ts';
import { toDocument, type XmlChildren } from './s3/xml.ts';

/** A request to a service that `X-Amz-Target` does not name: one of the query protocol or of REST. */
export interface ScopedRequest extends Call {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

export interface ScopedAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** A service that the gateway knows by the credential scope of the caller's signature. */
export interface ScopedService {
  /** As in `Credential=<key id>/<date>/<region>/<scope>/aws4_request`. */
  scope: string;
  /** Where another service has the same scope: the paths of this one. The first of them that fits is asked. */
  paths?: RegExp;
  /**
   * The operation that a request is of, and its input. A service that steps call has it: its calls are observed, counted
   * under its scope, and can be made to fail. @throws NotImplemented naming the operation, ServiceError
   */
  read?: (request: ScopedRequest) => { operation: string; input: JsonObject };
  answer: (request: ScopedRequest) => Promise<ScopedAnswer> | ScopedAnswer;
  /** The answer to a call that failed, in the protocol of the service. */
  refuse: (error: ServiceError) => ScopedAnswer;
}

export interface QueryServiceSpec {
  scope: string;
  /** `Version` of every request. */
  version: string;
  namespace: string;
  /** By `Action`. The parameters are those of the request without `Action` and `Version`. */
  operations: Readonly<Record<string, (parameters: Record<string, string>, call: Call) => XmlChildren>>;
}

/** A service of the AWS query protocol: a form goes in, XML comes out. An action that is absent here answers 501. */
export function queryService({ scope, version, namespace, operations }: QueryServiceSpec): ScopedService {
  const reply = (status: number, root: string, content: XmlChildren): ScopedAnswer => {
    return { status, headers: { 'content-type': 'text/xml' }, body: toDocument(root, content, namespace) };
  };
  return {
    scope,
    answer({ method, body, region, accessKeyId }) {
      const { Action = '', Version, ...parameters } = Object.fromEntries(new URLSearchParams(body.toString()));
      const run = Object.hasOwn(operations, Action) ? operations[Action] : undefined;
      if (method !== 'POST' || Version !== version || !run) {
        throw new NotImplemented(`${scope}: ${method} of action ${Action}, version ${Version}`);
      }
      const result = run(parameters, { region, accessKeyId });
      return reply(200, `${Action}Response`, {
        [`${Action}Result`]: result,
        ResponseMetadata: { RequestId: randomUUID() },
      });
    },
    refuse: ({ name, message, status }) =>
      reply(status, 'ErrorResponse', {
        Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: name, Message: message },
        RequestId: randomUUID(),
      }),
  };
}
