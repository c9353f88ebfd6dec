import { ServiceError } from '../jsonService.ts';

/** An error as PostgREST words it: `code` is its own (PGRST…) or a SQLSTATE. */
export class PostgrestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: string | null;

  constructor(status: number, code: string, message: string, details: string | null = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export interface ErrorAnswer {
  status: number;
  body: { code: string; message: string; details: string | null; hint: string | null };
}

/**
 * The answer that a client gets to any failure. `anonymous`: a missing right is 401 for a caller without a role, else
 * 403.
 */
export function toErrorAnswer(error: unknown, anonymous: boolean): ErrorAnswer {
  if (error instanceof PostgrestError) {
    return answer(error.status, error.code, error.message, error.details);
  }
  if (error instanceof ServiceError) return answer(error.status, error.name, error.message);
  if (isDatabaseError(error)) {
    return answer(
      sqlStatus(error.code, anonymous),
      error.code,
      error.message,
      error.detail ?? null,
      error.hint ?? null,
    );
  }
  return answer(500, 'XX000', error instanceof Error ? error.message : String(error));
}

function answer(
  status: number,
  code: string,
  message: string,
  details: string | null = null,
  hint: string | null = null,
): ErrorAnswer {
  return { status, body: { code, message, details, hint } };
}

interface DatabaseError extends Error {
  code: string;
  detail?: string;
  hint?: string;
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'severity' in error && 'code' in error && typeof error.code === 'string';
}

/**
 * PostgREST's table of SQLSTATEs, whole codes before classes. Anything that is not in it is the client's fault: 400.
 */
const statuses: Record<string, number> = {
  '21000': 400,
  '23503': 409,
  '23505': 409,
  '25006': 405,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53400': 500,
  P0001: 400,
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  XX: 500,
};

export function sqlStatus(code: string, anonymous: boolean): number {
  if (code === '42501') return anonymous ? 401 : 403;
  // A function may choose its status: PT404 is 404.
  const chosen = /^PT([2-5]\d\d)$/.exec(code)?.[1];
  return chosen === undefined ? (statuses[code] ?? statuses[code.slice(0, 2)] ?? 400) : Number(chosen);
}
