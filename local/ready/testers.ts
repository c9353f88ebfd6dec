import { randomUUID } from 'node:crypto';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SignJWT } from 'jose';
import { CommandError } from '../commandLine.ts';
import { makeAppointment } from '../keep/appointment.ts';
import { leadsToAws } from '../replay/attach.ts';
import type { Deployment } from '../replay/deployment.ts';
import { configurationOf } from './functions.ts';
import type { Place } from './place.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Two users who stand for people in a call that is tried, and their appointment. */
export interface Testers {
  appointmentId: string;
  /** What each sends as `Authorization: Bearer`. */
  tokens: { provider: string; patient: string };
}

const names = ['SMOKE_PROVIDER_TOKEN', 'SMOKE_PATIENT_TOKEN', 'SMOKE_APPOINTMENT'] as const;

/**
 * The testers that the environment names; undefined where it names none and a stand-in of AWS can be asked to make them.
 * @throws CommandError naming what is missing
 */
export function readTesters(env: Env): Testers | undefined {
  const [provider, patient, appointmentId] = names.map((name) => env[name] || undefined);
  if (provider && patient && appointmentId) return { appointmentId, tokens: { provider, patient } };
  const missing = names.filter((name) => !env[name]);
  if (missing.length === names.length && !leadsToAws(env)) return undefined;
  throw new CommandError(
    `${missing.join(', ')} not set: two test users and an open appointment of theirs, as DEPLOY.md says`,
    2,
  );
}

/** Makes two people and an appointment on the embedded stack, whose secret is no secret. */
export async function makeTesters(place: Place, { supabase }: Deployment): Promise<Testers> {
  const people = { provider: randomUUID(), patient: randomUUID() };
  const appointmentId = randomUUID();
  await makeAppointment(supabase, people, appointmentId);
  const { Environment } = await configurationOf(place, 'meetings');
  const SecretId = Environment?.Variables?.['SUPABASE_JWT_SECRET_ARN'];
  const { SecretString = '' } = await place.services.secrets.send(new GetSecretValueCommand({ SecretId }));
  const issuer = `${place.env['SUPABASE_URL']}/auth/v1`;
  const sign = (sub: string) =>
    new SignJWT({ role: 'authenticated' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setIssuer(issuer)
      .setAudience('authenticated')
      .setIssuedAt()
      .setExpirationTime('10 minutes')
      .sign(new TextEncoder().encode(SecretString));
  return { appointmentId, tokens: { provider: await sign(people.provider), patient: await sign(people.patient) } };
}
