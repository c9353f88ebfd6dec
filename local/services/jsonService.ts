/** The parts of every stand-in that speaks one of the AWS JSON protocols. The gateway serves them over HTTP. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };
export type JsonObject = { [key: string]: Json | undefined };

/** The facts that the gateway knows about a call, besides its body. */
export interface Call {
  /** The region of the credential scope: what the client believes it talks to. */
  region: string;
  /** Names the caller's credentials: one access key id per Lambda function, so calls can be attributed to a role. */
  accessKeyId: string;
}

export type Operation = (input: JsonObject, call: Call) => Promise<JsonObject> | JsonObject;

/** A service of the AWS JSON 1.0 or 1.1 protocol, routed by the prefix of `X-Amz-Target`. */
export interface JsonService {
  /** `X-Amz-Target` up to the dot, e.g. `ComprehendMedical_20181030`. */
  target: string;
  protocol: '1.0' | '1.1';
  /** By operation name. A name that is absent here answers 501 and says which operation it was. */
  operations: Record<string, Operation>;
}

/** An error as the service would send it: `name` arrives at the client as the exception's name. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly status: number;
  readonly fields: JsonObject;

  constructor(name: string, message: string, status = 400, fields: JsonObject = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.fields = fields;
  }
}

/** The error for something that the service does and the stand-in does not. A stand-in never answers "fine" to it. */
export class NotImplemented extends ServiceError {
  constructor(what: string) {
    super('NotImplemented', `${what} is not part of the embedded stack`, 501);
  }
}
