import type { Json, JsonObject } from '../jsonService.ts';
import type { MedicalRequest, StandardRequest } from './startRequest.ts';

/**
 * The language as a job that was asked to identify it describes it. It is read from the recorded result, which names
 * the language where a real one does. Nothing is made up when it does not.
 */
export function identifiedLanguage(request: MedicalRequest | StandardRequest, result: JsonObject): JsonObject {
  const results = objectOf(result['results']);
  if ('IdentifyLanguage' in request && request.IdentifyLanguage === true) return oneLanguage(results);
  if ('IdentifyMultipleLanguages' in request && request.IdentifyMultipleLanguages === true) return languages(results);
  return {};
}

function oneLanguage(results: JsonObject): JsonObject {
  const [best] = listOf(results['language_identification']);
  const score = Number(objectOf(best)['score']);
  return {
    LanguageCode: results['language_code'],
    IdentifiedLanguageScore: Number.isFinite(score) ? score : undefined,
  };
}

function languages(results: JsonObject): JsonObject {
  const found = listOf(results['language_codes']).map(objectOf);
  const LanguageCodes = found.map((language) => ({
    LanguageCode: language['language_code'],
    DurationInSeconds: language['duration_in_seconds'],
  }));
  return { LanguageCodes };
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
