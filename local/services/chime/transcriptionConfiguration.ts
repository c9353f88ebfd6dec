import {
  TranscribeContentIdentificationType,
  TranscribeContentRedactionType,
  TranscribeLanguageCode,
  TranscribeMedicalContentIdentificationType,
  TranscribeMedicalLanguageCode,
  TranscribeMedicalRegion,
  TranscribeMedicalSpecialty,
  TranscribeMedicalType,
  TranscribePartialResultsStability,
  TranscribeRegion,
} from '@aws-sdk/client-chime-sdk-meetings';
import * as v from 'valibot';
import { notSupported } from '../readRequest.ts';

const oneOf = <Value extends string>(values: Readonly<Record<string, Value>>) => v.picklist(Object.values(values));
const languages = Object.values(TranscribeLanguageCode);
const listed = v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.regex(/^[a-zA-Z-,]+$/));

const medical = v.strictObject({
  LanguageCode: oneOf(TranscribeMedicalLanguageCode),
  Specialty: oneOf(TranscribeMedicalSpecialty),
  Type: oneOf(TranscribeMedicalType),
  Region: v.optional(oneOf(TranscribeMedicalRegion)),
  ContentIdentificationType: v.optional(oneOf(TranscribeMedicalContentIdentificationType)),
  VocabularyName: notSupported,
});

const standard = v.strictObject({
  LanguageCode: v.optional(v.picklist(languages)),
  Region: v.optional(oneOf(TranscribeRegion)),
  EnablePartialResultsStabilization: v.optional(v.boolean()),
  PartialResultsStability: v.optional(oneOf(TranscribePartialResultsStability)),
  ContentIdentificationType: v.optional(oneOf(TranscribeContentIdentificationType)),
  ContentRedactionType: v.optional(oneOf(TranscribeContentRedactionType)),
  PiiEntityTypes: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(300), v.regex(/^[A-Z_, ]+$/))),
  IdentifyLanguage: v.optional(v.boolean()),
  LanguageOptions: v.optional(listed),
  PreferredLanguage: v.optional(v.picklist(languages)),
  VocabularyName: notSupported,
  VocabularyNames: notSupported,
  VocabularyFilterName: notSupported,
  VocabularyFilterNames: notSupported,
  VocabularyFilterMethod: notSupported,
  LanguageModelName: notSupported,
});

/** Exactly one of the two engines. Vocabularies and models are of Transcribe, whose stand-in has none. */
export const transcriptionConfiguration = v.pipe(
  v.strictObject({
    EngineTranscribeMedicalSettings: v.optional(medical),
    EngineTranscribeSettings: v.optional(standard),
  }),
  v.check(
    ({ EngineTranscribeMedicalSettings: one, EngineTranscribeSettings: other }) =>
      (one === undefined) !== (other === undefined),
    'needs exactly one of EngineTranscribeSettings and EngineTranscribeMedicalSettings',
  ),
);

export type TranscriptionConfiguration = v.InferOutput<typeof transcriptionConfiguration>;
type Standard = v.InferOutput<typeof standard>;

/**
 * What Transcribe refuses though each field is right by itself: Chime has answered 200 by then, and an event says why.
 * Undefined when it is a combination that runs.
 */
export function whyItFails({ EngineTranscribeSettings: settings }: TranscriptionConfiguration): string | undefined {
  return settings && combinations.find(([isWrong]) => isWrong(settings))?.[1];
}

const isKnown = (language: string) => languages.some((known) => known === language);
const optionsOf = ({ LanguageOptions = '' }: Standard) => LanguageOptions.split(',');

/** As the API's reference describes them, field by field. */
const combinations: readonly [isWrong: (settings: Standard) => boolean, why: string][] = [
  [
    ({ LanguageCode, IdentifyLanguage = false }) => (LanguageCode !== undefined) === IdentifyLanguage,
    'Either LanguageCode or IdentifyLanguage is needed, and not both',
  ],
  [
    ({ IdentifyLanguage = false, LanguageOptions }) => (LanguageOptions !== undefined) !== IdentifyLanguage,
    'LanguageOptions come with IdentifyLanguage, and only with it',
  ],
  [
    (settings) => settings.LanguageOptions !== undefined && optionsOf(settings).length < 2,
    'LanguageOptions need at least two languages',
  ],
  [
    (settings) => settings.LanguageOptions !== undefined && !optionsOf(settings).every(isKnown),
    'LanguageOptions has a language that is not supported',
  ],
  [
    (settings) => settings.PreferredLanguage !== undefined && !optionsOf(settings).includes(settings.PreferredLanguage),
    'PreferredLanguage must be one of LanguageOptions',
  ],
  [
    ({ ContentIdentificationType, ContentRedactionType }) => Boolean(ContentIdentificationType && ContentRedactionType),
    'ContentIdentificationType and ContentRedactionType exclude each other',
  ],
  [
    ({ PiiEntityTypes, ContentIdentificationType, ContentRedactionType }) =>
      PiiEntityTypes !== undefined && !ContentIdentificationType && !ContentRedactionType,
    'PiiEntityTypes needs ContentIdentificationType or ContentRedactionType',
  ],
  [
    ({ PartialResultsStability, EnablePartialResultsStabilization = false }) =>
      PartialResultsStability !== undefined && !EnablePartialResultsStabilization,
    'PartialResultsStability needs EnablePartialResultsStabilization',
  ],
];

/**
 * Where the engine of a meeting is: as asked for, else in the meeting's own media region. `auto` looks for another one
 * where that has no engine. Undefined when there is none.
 */
export function regionFor(configuration: TranscriptionConfiguration, mediaRegion: string): string | undefined {
  const { EngineTranscribeMedicalSettings: medicine, EngineTranscribeSettings: usual } = configuration;
  const engine: Readonly<Record<string, string>> = medicine ? TranscribeMedicalRegion : TranscribeRegion;
  const regions = Object.values(engine).filter((region) => region !== 'auto');
  const asked = (medicine ?? usual)?.Region ?? mediaRegion;
  if (asked !== 'auto') return regions.find((region) => region === asked);
  const [continent = ''] = mediaRegion.split('-');
  return [mediaRegion, ...regions.filter((region) => region.startsWith(`${continent}-`)), 'us-east-1'].find((region) =>
    regions.includes(region),
  );
}
