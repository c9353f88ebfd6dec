import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findDeno } from './deno.ts';
import { createEdgeFunctions, type EdgeFunctions } from '../services/edgeFunctions/edgeFunctions.ts';

export interface EdgeOptions {
  /** Deno runs them as the platform does, where it is installed; otherwise Node does. */
  runtime?: 'node' | 'deno';
  /** Modules that are loaded before each function: they stand in for what it cannot reach here. */
  preload?: readonly URL[];
  /** Variables that are added to their environment, or replace its own. */
  env?: Readonly<Record<string, string>>;
}

export interface EdgePlace {
  region: string;
  /** What the functions of the deployment are told. */
  env: Readonly<Record<string, string>>;
  serviceRoleKey: string;
  jwtSecret: string;
  onLog: (line: string) => void;
}

/** What both doors of the call are told in the same words, as far as the deployment says anything. */
const shared = [
  'APP_INSTANCE_ARN',
  'AWS_ACCOUNT_ID',
  'AWS_ENDPOINT_URL',
  'AWS_REGION',
  'AWS_CHIME_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'CALLBACK_SECRETS',
  'CHIME_SDK_CDN_URL',
  'CHIME_SDK_INTEGRITY',
  'CLOSED_APPOINTMENTS',
  'CONSENT_TEXT_VERSION',
  'CONSENT_WITHDRAWN',
  'FIREBASE_PROJECT_ID',
  'MEDIA_REGIONS',
  'RECORDS',
  'TAKES_OVER_FROM',
  'WAITING_ROOM',
];

/** The nearest region to the embedded stack's usual one in which Chime is controlled. */
export const usualChimeRegion = 'eu-central-1';

/** The edge functions of the project, in the region of the stack, each with a user of AWS that has its name. */
export function startEdge(
  root: string,
  { runtime = 'node', preload = [], env: more = {} }: EdgeOptions = {},
  { region, env, serviceRoleKey, jwtSecret, onLog }: EdgePlace,
): EdgeFunctions {
  const folder = join(root, 'supabase/functions');
  const told = Object.fromEntries(shared.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  return createEdgeFunctions({
    files: Object.fromEntries(edgeFunctionsIn(folder).map((name) => [name, pathToFileURL(indexOf(folder, name))])),
    platform: () => ({
      SUPABASE_URL: env['SUPABASE_URL'] ?? '',
      SUPABASE_ANON_KEY: env['SUPABASE_ANON_KEY'] ?? '',
      SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey,
      SB_REGION: region,
    }),
    secrets: (name) => ({
      AWS_CHIME_REGION: usualChimeRegion,
      EDGE_REGIONS: region,
      JWT_SECRET: jwtSecret,
      ...told,
      CHIME_API_ENDPOINT: env['API_URL'] ?? '',
      AWS_ACCESS_KEY_ID: name,
      ...more,
    }),
    deno: runtime === 'deno' ? findDeno() : undefined,
    preload,
    onLog,
  });
}

const indexOf = (folder: string, name: string) => join(folder, name, 'index.ts');

/** Their published names. */
export function edgeFunctionsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => existsSync(indexOf(folder, name)));
}
