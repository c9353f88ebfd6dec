import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { cacheControl, contentType } from '../../../infra/cdn/sdkFile.ts';
import type { Template } from '../../../infra/template.ts';
import { propertiesOf } from '../packaged.ts';

interface HeadersPolicy {
  CorsConfig?: {
    AccessControlAllowOrigins: { Items: string[] };
    AccessControlAllowMethods: { Items: string[] };
    AccessControlAllowHeaders: { Items: string[] };
    AccessControlMaxAgeSec: number;
  };
  SecurityHeadersConfig: {
    StrictTransportSecurity: { AccessControlMaxAgeSec: number; IncludeSubdomains: boolean };
    ContentTypeOptions: object;
    ReferrerPolicy: { ReferrerPolicy: string };
  };
  CustomHeadersConfig: { Items: { Header: string; Value: string }[] };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback. */
export class Loopback implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(handler: Handler): Promise<Loopback> {
    const server = createServer(handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Loopback(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** What a distribution serves, and what it was asked. */
export interface Served {
  /** By their names. One that is `undefined` is never answered. */
  files: Map<string, Uint8Array | undefined>;
  /** `METHOD /path origin`, in their order. */
  asked: string[];
}

/** Answers as CloudFront would by a template: with its headers, compressed where it says so, 403 for what is not there. */
export function toHandler(template: Template, { files, asked }: Served): Handler {
  const policy = propertiesOf(template, 'SdkResponseHeaders')['ResponseHeadersPolicyConfig'] as HeadersPolicy;
  const { DefaultCacheBehavior } = propertiesOf(template, 'SdkDistribution')['DistributionConfig'] as {
    DefaultCacheBehavior: { AllowedMethods: string[]; Compress: boolean };
  };
  return (request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push(`${method} ${url} ${headers.origin ?? '-'}`);
    if (!DefaultCacheBehavior.AllowedMethods.includes(method)) return void response.writeHead(403).end();
    response.setHeaders(new Map(Object.entries(headersOf(policy, request))));
    if (method === 'OPTIONS') return void response.writeHead(200).end();
    const name = url.slice(1);
    const file = files.get(name);
    if (!file) return files.has(name) ? undefined : void response.writeHead(403).end();
    const encoding = DefaultCacheBehavior.Compress ? encodingFor(String(headers['accept-encoding'])) : undefined;
    if (encoding !== undefined) response.setHeader('content-encoding', encoding);
    response.setHeader('content-type', contentType).setHeader('cache-control', cacheControl);
    response.setHeader('vary', 'Accept-Encoding').writeHead(200);
    response.end(method === 'HEAD' ? undefined : encoded(file, encoding));
  };
}

/** Headers of CORS are for requests across origins alone, and most of them for OPTIONS. */
function headersOf(policy: HeadersPolicy, { method, headers }: IncomingMessage): Record<string, string> {
  const { CorsConfig: cors, SecurityHeadersConfig: security, CustomHeadersConfig: custom } = policy;
  const { AccessControlMaxAgeSec: age, IncludeSubdomains } = security.StrictTransportSecurity;
  return {
    'strict-transport-security': `max-age=${age}${IncludeSubdomains ? '; includeSubDomains' : ''}`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': security.ReferrerPolicy.ReferrerPolicy,
    ...Object.fromEntries(custom.Items.map(({ Header, Value }) => [Header, Value])),
    ...(cors &&
      headers.origin !== undefined && { 'access-control-allow-origin': cors.AccessControlAllowOrigins.Items.join() }),
    ...(cors &&
      method === 'OPTIONS' && {
        'access-control-allow-methods': cors.AccessControlAllowMethods.Items.join(),
        'access-control-allow-headers': cors.AccessControlAllowHeaders.Items.join(),
        'access-control-max-age': String(cors.AccessControlMaxAgeSec),
      }),
  };
}

const encodingFor = (accepted: string) => ['br', 'gzip'].find((name) => accepted.includes(name));

/** How well CloudFront compresses is not documented: this is a middling quality. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

function encoded(file: Uint8Array, encoding: string | undefined): Uint8Array {
  if (encoding === 'br') return brotliCompressSync(file, quality);
  return encoding === 'gzip' ? gzipSync(file) : file;
}
