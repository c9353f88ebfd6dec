import { toLanguage } from '../recording/languages.ts';
import { Refusal } from '../refusals.ts';
import type { CallParticipant } from './call.ts';
import type { RecordingFacts } from './capture.ts';

/** The engines of live captions, with their languages and where they are. Source: the API model of Chime's meetings. */
const engines = {
  /** It knows the words of medicine. */
  'transcribe-medical': {
    languages: ['en-US'],
    regions: ['us-east-1', 'us-east-2', 'us-west-2', 'ap-southeast-2', 'ca-central-1', 'eu-west-1'],
  },
  transcribe: {
    languages: [
      ...(['en-US', 'en-GB', 'en-AU', 'es-US', 'fr-CA', 'fr-FR', 'it-IT', 'de-DE', 'pt-BR', 'ja-JP'] as const),
      ...(['ko-KR', 'zh-CN', 'th-TH', 'hi-IN'] as const),
    ],
    regions: [
      ...(['us-east-1', 'us-east-2', 'us-west-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-southeast-2'] as const),
      ...(['ca-central-1', 'eu-central-1', 'eu-west-1', 'eu-west-2', 'sa-east-1'] as const),
    ],
  },
} as const;

type Engines = typeof engines;

/** How the captions of a meeting are made: by which engine, in which of its languages, and in which of its regions. */
export type Captions = {
  [Name in keyof Engines]: {
    engine: Name;
    language: Engines[Name]['languages'][number];
    region: Engines[Name]['regions'][number];
  };
}[keyof Engines];

/** The engines in the order in which they are tried. */
const inOrder = ['transcribe-medical', 'transcribe'] as const;

/**
 * How a meeting is captioned: by the medical engine where that has the language and an allowed region, else by the usual
 * one. The engine is where the meeting is, or else where the deployment processes recordings: no other region is ever
 * tried. The language is read as a recording's is, and no other variant stands in for one that an engine lacks.
 * @param language null for US English
 * @param mediaRegion where the meeting is held
 * @throws Refusal LanguageNotSupported, RegionNotAllowed
 */
export function captionsFor(
  language: string | null,
  mediaRegion: string,
  { region, mediaRegions }: { region: string; mediaRegions: readonly string[] },
): Captions {
  const wanted = read(language);
  // Held in a region that is not the tenant's, as in some older rows, it may be heard nowhere.
  const allowed = mediaRegions.includes(mediaRegion) ? [mediaRegion, region] : [];
  let isKnown = false;
  for (const engine of inOrder) {
    const { languages, regions } = engines[engine];
    if (!languages.some((one) => one === wanted)) continue;
    isKnown = true;
    const there = allowed.find((one) => regions.some((other) => other === one));
    if (there !== undefined) return { engine, language: wanted, region: there } as Captions;
  }
  if (!isKnown) throw new Refusal('LanguageNotSupported', `There are no captions in ${wanted}.`);
  throw new Refusal('RegionNotAllowed', 'No region in which this meeting may be heard makes captions in its language.');
}

function read(language: string | null): string {
  try {
    return toLanguage(language);
  } catch {
    throw new Refusal('LanguageNotSupported', 'There are no captions in this language.');
  }
}

/** Why captions ended though nobody switched them off. */
export const captionsReasons = {
  Withdrawn: 'Somebody withdrew, or refused.',
  Ended: 'The meeting ended.',
  NotStarted: 'The service did not begin.',
  Failed: 'The service that makes them failed.',
  Stopped: 'The service stopped by itself.',
} as const;
export type CaptionsReason = keyof typeof captionsReasons;

/** Language and engine are null while they are off. */
export interface CaptionsState {
  on: boolean;
  language: string | null;
  engine: Captions['engine'] | null;
}

/** Live captions, switched on or off. */
export interface CaptionsSet {
  meetingId: string;
  on: boolean;
  language?: string;
  engine?: Captions['engine'];
  /** Where the engine hears the meeting: for the audit trail. */
  region?: string;
  /** Of the text that everybody there must have agreed to before they are switched on. */
  textVersion?: string;
  /** Whoever asked for it; null where nobody did. */
  by: string | null;
  at: string;
  /** Why they were switched off by nobody. */
  reason?: CaptionsReason;
}

/**
 * What became of it: `known` when it stood already, or is older than what stands, `over` when the meeting is not the live
 * one, `spoilt` when somebody has said no to being recorded in it, `notAgreed` when somebody who is there has not agreed.
 */
export interface CaptionsKept {
  outcome: 'kept' | 'known' | 'over' | 'spoilt' | 'notAgreed';
  /** Everybody who has an attendee in the meeting, as it is now. */
  participants: readonly CallParticipant[];
  /** Null where there is no such meeting. */
  facts: RecordingFacts | null;
}
