import type { Clock } from '../clock.ts';
import { signatureOf } from './signature.ts';
import type { Call } from './call.ts';
import { checksumHeaders } from './checksums.ts';
import { notImplemented, S3Error } from './errors.ts';

const longestLife = 7 * 24 * 3600;
const skewTolerance = 15 * 60_000;

const presignQueries = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const;

export interface Authority {
  clock: Clock;
  region: string;
  /** The secret of an access key; without this function, signatures of presigned URLs are not verified. */
  secretOf?: ((accessKeyId: string) => string | undefined) | undefined;
}

/**
 * Requires credentials, in the Authorization header or in a presigned URL, with the right region in their scope. The
 * signature of a presigned URL is verified: it is all that its owner has. That of a header is not: any access key will do.
 *
 * @throws S3Error AccessDenied, AuthorizationHeaderMalformed, AuthorizationQueryParametersError, InvalidAccessKeyId,
 * SignatureDoesNotMatch
 */
export function authenticate(call: Call, authority: Authority): Call {
  const { region } = authority;
  // A form carries its credentials in its fields.
  if (call.headers.get('content-type')?.startsWith('multipart/form-data')) throw notImplemented('POST Object');
  const presigned = presignQueries.some((name) => call.query.has(name));
  const authorization = call.headers.get('authorization');
  if (presigned && authorization !== undefined) {
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed', { ArgumentName: 'Authorization' });
  }
  if (presigned) return unfold(call, authority);
  if (authorization === undefined) throw new S3Error('AccessDenied', 'Access Denied');
  const [, scope, signedHeaders] =
    /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=[\da-f]{64}$/.exec(
      authorization,
    ) ?? [];
  if (scope === undefined || signedHeaders === undefined) {
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header you provided is invalid.');
  }
  checkScope(scope, region, 'AuthorizationHeaderMalformed');
  if (!call.headers.has('x-amz-content-sha256')) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  return call;
}

/** The request that a presigned URL stands for: its `x-amz-` parameters become headers. */
function unfold(call: Call, { clock, region, secretOf }: Authority): Call {
  const parameter = (name: (typeof presignQueries)[number]): string => {
    const value = call.query.get(name);
    if (value !== null && value !== '') return value;
    throw new S3Error(
      'AuthorizationQueryParametersError',
      `Query-string authentication requires the ${name} parameter`,
    );
  };
  if (parameter('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  checkScope(parameter('X-Amz-Credential'), region, 'AuthorizationQueryParametersError');
  const signature = parameter('X-Amz-Signature');
  checkLife(parameter('X-Amz-Date'), parameter('X-Amz-Expires'), clock);
  const signedHeaders = parameter('X-Amz-SignedHeaders').toLowerCase().split(';');
  checkSigned(call.headers, signedHeaders);
  if (secretOf) checkSignature(call, parameter('X-Amz-Credential'), signedHeaders, signature, secretOf);
  const query = new URLSearchParams();
  const headers = new Map(call.headers);
  for (const [name, value] of call.query) {
    const header = name.toLowerCase();
    // Checksums in the URL are ignored, as S3 was seen to do: the SDK signs that of an empty body into every PUT.
    const ignored = [...checksumHeaders, 'x-amz-sdk-checksum-algorithm'].includes(header);
    if (!header.startsWith('x-amz-')) query.append(name, value);
    else if (!ignored && !presignQueries.some((other) => other.toLowerCase() === header)) headers.set(header, value);
  }
  return { ...call, query, headers };
}

function checkScope(
  credential: string,
  region: string,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): void {
  const [signedRegion, service, end] = credential.split('/').slice(-3);
  if (service !== 's3' || end !== 'aws4_request') {
    throw new S3Error(code, 'The credential is malformed: it should end in <region>/s3/aws4_request.');
  }
  if (signedRegion === region) return;
  throw new S3Error(code, `The region '${signedRegion}' is wrong; expecting '${region}'`, { Region: region });
}

function checkLife(date: string, expires: string, clock: Clock): void {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signed)) {
    throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Date must be in the ISO8601 long format');
  }
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > longestLife) {
    throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Expires must be between 1 and 604800 seconds');
  }
  const now = clock.now();
  const end = signed + Number(expires) * 1000;
  const times = { 'X-Amz-Expires': expires, Expires: isoSeconds(end), ServerTime: isoSeconds(now) };
  if (now > end) throw new S3Error('AccessDenied', 'Request has expired', times);
  if (signed > now + skewTolerance) throw new S3Error('AccessDenied', 'Request is not yet valid', times);
}

/** Every signed header has to be sent, and every header that S3 acts on has to be signed. */
function checkSigned(headers: Map<string, string>, signed: string[]): void {
  const missing = signed.find((name) => !headers.has(name));
  if (missing !== undefined) {
    const message = `The request signature does not match: the signed header ${missing} was not sent.`;
    throw new S3Error('SignatureDoesNotMatch', message);
  }
  const unsigned = [...headers.keys()].filter((name) => name.startsWith('x-amz-') && !signed.includes(name));
  if (unsigned.length === 0) return;
  const message = 'There were headers present in the request which were not signed';
  throw new S3Error('AccessDenied', message, { HeadersNotSigned: unsigned.join(', ') });
}

function checkSignature(
  call: Call,
  credential: string,
  signedHeaders: readonly string[],
  signature: string,
  secretOf: NonNullable<Authority['secretOf']>,
): void {
  const [accessKeyId = ''] = credential.split('/');
  const secret = secretOf(accessKeyId);
  if (secret === undefined) {
    const message = 'The AWS Access Key Id you provided does not exist in our records.';
    throw new S3Error('InvalidAccessKeyId', message, { AWSAccessKeyId: accessKeyId });
  }
  if (signatureOf(call, credential, signedHeaders, secret) === signature) return;
  const message =
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
  throw new S3Error('SignatureDoesNotMatch', message);
}

function isoSeconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
