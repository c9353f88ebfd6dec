import { LanguageCode, MediaFormat, Specialty, Type } from '@aws-sdk/client-transcribe';
import * as v from 'valibot';
import { notSupported } from '../readRequest.ts';

/**
 * The two Start requests with every limit that the API model and its guides state, the stricter one where they differ.
 * Settings that would change what the engine does (vocabularies, redaction, models) are known and not supported.
 */

export const jobName = v.pipe(
  v.string(),
  v.maxLength(200),
  v.regex(/^[0-9a-zA-Z._-]+$/),
  v.check((name) => name !== '.' && name !== '..', 'is made of dots only'),
);

const media = v.strictObject({
  MediaFileUri: v.pipe(v.string(), v.maxLength(2000), v.regex(/^(s3:\/\/|https?:\/\/).+$/)),
  RedactedMediaFileUri: v.optional(v.never('is for Call Analytics jobs only')),
});

const kmsContextText = v.pipe(
  v.string(),
  v.maxLength(2000),
  v.regex(/^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/, 'must be printable ASCII and not blank'),
);

const kmsContext = v.pipe(
  v.record(kmsContextText, kmsContextText),
  v.minEntries(1, 'needs at least one pair'),
  v.maxEntries(10, 'has more than 10 pairs'),
);

const tags = v.pipe(
  v.array(
    v.strictObject({
      Key: v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^(?!aws:)/i, 'the prefix aws: is reserved')),
      Value: v.pipe(v.string(), v.maxLength(256)),
    }),
  ),
  v.minLength(1, 'needs at least one tag'),
  v.maxLength(50, 'has more than 50 tags'),
  v.check((list) => new Set(list.map((tag) => tag.Key)).size === list.length, 'has a key twice'),
);

const outputBucket = v.pipe(v.string(), v.regex(/^[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9]$/));
const outputKey = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9\-_.!*'()/]{1,1024}$/));
const kmsKeyId = v.pipe(v.string(), v.maxLength(2048), v.regex(/^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]*$/));

/**
 * The fields of both kinds of job. The service also takes a standard job without a bucket of the caller's; that is
 * refused before a request is read, because the service's own bucket does not exist here.
 */
const shared = {
  Media: media,
  MediaFormat: v.optional(v.picklist(Object.values(MediaFormat))),
  OutputBucketName: outputBucket,
  OutputKey: v.optional(outputKey),
  OutputEncryptionKMSKeyId: v.optional(kmsKeyId),
  KMSEncryptionContext: v.optional(kmsContext),
  Tags: v.optional(tags),
};

interface Encryption {
  OutputEncryptionKMSKeyId?: string | undefined;
  KMSEncryptionContext?: Record<string, string> | undefined;
}

const NEEDS_KEY = 'KMSEncryptionContext needs OutputEncryptionKMSKeyId';

/** An encryption context means something only together with a key. */
function contextHasKey(request: Encryption): boolean {
  return request.KMSEncryptionContext === undefined || request.OutputEncryptionKMSKeyId !== undefined;
}

function wholeNumber(from: number, to: number) {
  return v.optional(v.pipe(v.number(), v.integer(), v.minValue(from), v.maxValue(to)));
}

function settingsFields(maxSpeakers: number) {
  return {
    ShowSpeakerLabels: v.optional(v.boolean()),
    MaxSpeakerLabels: wholeNumber(2, maxSpeakers),
    ChannelIdentification: v.optional(v.boolean()),
    ShowAlternatives: v.optional(v.boolean()),
    MaxAlternatives: wholeNumber(2, 10),
    VocabularyName: notSupported,
  };
}

interface Settings {
  ShowSpeakerLabels?: boolean | undefined;
  MaxSpeakerLabels?: number | undefined;
  ChannelIdentification?: boolean | undefined;
  ShowAlternatives?: boolean | undefined;
  MaxAlternatives?: number | undefined;
}

/** Adds the rules that settings have to follow together. */
function consistent<Schema extends v.GenericSchema<unknown, Settings>>(schema: Schema) {
  return v.pipe(
    schema,
    v.check<v.InferOutput<Schema>, string>(
      (s) => (s.ShowSpeakerLabels === true) === (s.MaxSpeakerLabels !== undefined),
      'ShowSpeakerLabels and MaxSpeakerLabels go together',
    ),
    v.check<v.InferOutput<Schema>, string>(
      (s) => (s.ShowAlternatives === true) === (s.MaxAlternatives !== undefined),
      'ShowAlternatives and MaxAlternatives go together',
    ),
    // An older rule of the service that the present guides of the medical engine neither repeat nor lift.
    v.check<v.InferOutput<Schema>, string>(
      (s) => !(s.ShowSpeakerLabels === true && s.ChannelIdentification === true),
      'ShowSpeakerLabels and ChannelIdentification exclude each other',
    ),
  );
}

/** The medical guide allows 10 speakers where the API model allows 30. */
export const medicalRequest = v.pipe(
  v.strictObject({
    ...shared,
    MedicalTranscriptionJobName: jobName,
    LanguageCode: v.picklist([LanguageCode.EN_US]),
    MediaSampleRateHertz: wholeNumber(16_000, 48_000),
    Settings: v.optional(consistent(v.strictObject(settingsFields(10)))),
    ContentIdentificationType: v.optional(v.picklist(['PHI'])),
    Specialty: v.picklist([Specialty.PRIMARYCARE]),
    Type: v.picklist(Object.values(Type)),
  }),
  v.check((request) => contextHasKey(request), NEEDS_KEY),
);

const languageCode = v.picklist(Object.values(LanguageCode));

interface Language {
  LanguageCode?: string | undefined;
  IdentifyLanguage?: boolean | undefined;
  IdentifyMultipleLanguages?: boolean | undefined;
  LanguageOptions?: string[] | undefined;
}

function choosesOnce(request: Language): boolean {
  const { LanguageCode, IdentifyLanguage, IdentifyMultipleLanguages } = request;
  return [LanguageCode, IdentifyLanguage, IdentifyMultipleLanguages].filter(Boolean).length === 1;
}

function optionsAreForIdentifying(request: Language): boolean {
  return request.LanguageOptions === undefined || request.LanguageCode === undefined;
}

const vocabularyFilter = { VocabularyFilterName: notSupported, VocabularyFilterMethod: notSupported };

export const standardRequest = v.pipe(
  v.strictObject({
    ...shared,
    TranscriptionJobName: jobName,
    LanguageCode: v.optional(languageCode),
    IdentifyLanguage: v.optional(v.boolean()),
    IdentifyMultipleLanguages: v.optional(v.boolean()),
    LanguageOptions: v.optional(v.pipe(v.array(languageCode), v.minLength(1, 'needs at least one language'))),
    MediaSampleRateHertz: wholeNumber(8_000, 48_000),
    Settings: v.optional(consistent(v.strictObject({ ...settingsFields(30), ...vocabularyFilter }))),
    ModelSettings: notSupported,
    JobExecutionSettings: notSupported,
    ContentRedaction: notSupported,
    Subtitles: notSupported,
    LanguageIdSettings: notSupported,
    ToxicityDetection: notSupported,
  }),
  v.check((request) => contextHasKey(request), NEEDS_KEY),
  v.check(
    (request) => choosesOnce(request),
    'exactly one of LanguageCode, IdentifyLanguage and IdentifyMultipleLanguages must be given',
  ),
  v.check(
    (request) => optionsAreForIdentifying(request),
    'LanguageOptions needs IdentifyLanguage or IdentifyMultipleLanguages',
  ),
);

export type MedicalRequest = v.InferOutput<typeof medicalRequest>;
export type StandardRequest = v.InferOutput<typeof standardRequest>;
