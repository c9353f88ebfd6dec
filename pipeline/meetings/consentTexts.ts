import { sha256 } from '../digest.ts';

/** What becomes of what was recorded until somebody withdraws: it is kept, or it is discarded. */
export type Withdrawn = 'keep' | 'discard';

/** A text as a person is shown it. */
export interface ConsentText {
  version: string;
  /** The one in which it is, which may not be the one that was asked for. */
  language: string;
  text: string;
}

/** What somebody agrees to: the paragraphs that come first, and the last one, by what becomes of a recording. */
type Words = { begin: readonly string[] } & Readonly<Record<Withdrawn, string>>;

/**
 * The texts by version, the oldest first, and by language. A text that was published never changes under its version:
 * the ledger names the version and the hash of what people agreed to. Another wording is a new version.
 */
const texts: Readonly<Record<string, { en: Words } & Readonly<Record<string, Words>>>> = {
  '2026-11-29': {
    en: {
      begin: [
        'May this call be recorded?',
        'We record the sound of the call, from when everybody in it has agreed until it ends. We do not record pictures.',
        'The recording helps your clinician to write your medical record. A computer service of Amazon Web Services, ' +
          'which works for your clinic, writes down what is said. Another one looks for illnesses, medicines and tests ' +
          'in it and suggests medical codes. Computers make mistakes: your clinician checks what they write.',
        'Your clinician may also have what is said shown as text on the screen, to everybody in the call. Nobody has ' +
          'checked that text. It is kept with the recording.',
        'The recording and what is made of it belong to your medical record. They are kept for as long as the law ' +
          'asks for medical records, and only those who treat you, and those who run the service for them, can reach them.',
        'You may say no. You are treated in the same way, and the call goes on without a recording.',
      ],
      keep:
        'You may also change your mind during the call. Recording stops then for everybody, until the call ends. ' +
        'What was recorded until then stays in your medical record. If the call breaks off and is begun again, you are ' +
        'asked again. After the call, speak to your clinic.',
      discard:
        'You may also change your mind during the call. Recording stops then for everybody, until the call ends. ' +
        'What was recorded until then is deleted, and nothing is made of it. If the call breaks off and is begun again, ' +
        'you are asked again; what was recorded before that stays in your medical record. After the call, speak to your ' +
        'clinic.',
    },
    fr: {
      begin: [
        'Acceptez-vous que cet appel soit enregistré ?',
        'Nous enregistrons le son de l’appel, dès que toutes les personnes présentes ont accepté et jusqu’à la fin. ' +
          'Nous n’enregistrons pas les images.',
        'L’enregistrement aide votre soignant à rédiger votre dossier médical. Un service informatique d’Amazon Web ' +
          'Services, qui travaille pour votre établissement, met par écrit ce qui est dit. Un autre y cherche les maladies, les ' +
          'médicaments et les examens, et propose des codes médicaux. Les ordinateurs font des erreurs : votre soignant ' +
          'vérifie ce qu’ils écrivent.',
        'Votre soignant peut aussi faire afficher à l’écran, pour toutes les personnes présentes, le texte de ce qui est ' +
          'dit. Personne n’a vérifié ce texte. Il est conservé avec l’enregistrement.',
        'L’enregistrement et ce qui en est tiré font partie de votre dossier médical. Ils sont conservés aussi longtemps ' +
          'que la loi l’exige pour un dossier médical. Seules les personnes qui vous soignent, et celles qui font ' +
          'fonctionner le service pour elles, peuvent y accéder.',
        'Vous pouvez refuser. Vous serez soigné de la même façon, et l’appel continuera sans enregistrement.',
      ],
      keep:
        'Vous pouvez aussi changer d’avis pendant l’appel. L’enregistrement s’arrête alors pour tout le monde, jusqu’à la ' +
        'fin de l’appel. Ce qui a été enregistré jusque-là reste dans votre dossier médical. Si l’appel est interrompu ' +
        'puis recommencé, la question vous est posée à nouveau. Après l’appel, adressez-vous à votre établissement.',
      discard:
        'Vous pouvez aussi changer d’avis pendant l’appel. L’enregistrement s’arrête alors pour tout le monde, jusqu’à la ' +
        'fin de l’appel. Ce qui a été enregistré jusque-là est supprimé, et rien n’en est tiré. Si l’appel est interrompu ' +
        'puis recommencé, la question vous est posée à nouveau ; ce qui avait été enregistré avant l’interruption reste ' +
        'dans votre dossier médical. Après l’appel, adressez-vous à votre établissement.',
    },
  },
};

export const consentVersions: readonly string[] = Object.keys(texts);

/** The one that counts unless a deployment names another. */
export const newestConsentVersion = consentVersions.at(-1) ?? '';

export function consentLanguages(version: string): string[] {
  return Object.keys(texts[version] ?? {});
}

/**
 * The text of a version in the first language of these that it has, else in English.
 * @param version one of {@link consentVersions}
 * @param languages BCP 47 tags, of which the language alone counts; null and undefined are passed over
 * @throws Error for a version that there is not: the configuration refuses it before
 */
export function consentText(
  version: string,
  withdrawn: Withdrawn,
  languages: readonly (string | null | undefined)[] = [],
): ConsentText {
  const words = Object.hasOwn(texts, version) ? texts[version] : undefined;
  if (words === undefined) throw new Error(`there is no consent text ${version}`);
  const known = languages.map((tag) => tag?.split(/[-_]/)[0]?.toLowerCase() ?? '');
  const language = known.find((one) => Object.hasOwn(words, one)) ?? 'en';
  const { begin, [withdrawn]: end } = words[language] ?? words.en;
  return { version, language, text: [...begin, end].join('\n\n') };
}

/** SHA-256 of a text, as the ledger names it. */
export function consentTextHash({ text }: Pick<ConsentText, 'text'>): Promise<string> {
  return sha256(text);
}
