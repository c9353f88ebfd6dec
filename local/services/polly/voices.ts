/** The tables of Polly's guide ("Neural voices", "Standard voices"): by language, the voices of each engine. */
const neural = `ar-AE Hala Zayd, nl-BE Lisa, ca-ES Arlet, cs-CZ Jitka, yue-CN Hiujin, cmn-CN Zhiyu, da-DK Sofie, nl-NL Laura,
  en-AU Olivia, en-GB Amy Emma Brian Arthur, en-IN Kajal, en-IE Niamh, en-NZ Aria, en-SG Jasmine, en-ZA Ayanda,
  en-US Danielle Gregory Ivy Joanna Kendra Kimberly Salli Joey Justin Kevin Matthew Ruth Stephen, fi-FI Suvi, fr-BE Isabelle,
  fr-CA Gabrielle Liam, fr-FR Lea Remi, de-DE Vicki Daniel, de-AT Hannah, de-CH Sabrina, hi-IN Kajal, it-IT Bianca Adriano,
  ja-JP Takumi Kazuha Tomoko, ko-KR Seoyeon Jihye, nb-NO Ida, pl-PL Ola, pt-BR Camila Vitoria Thiago, pt-PT Ines,
  es-ES Lucia Sergio, es-MX Mia Andres, es-US Lupe Pedro, sv-SE Elin, tr-TR Burcu`;
const standard = `arb Zeina, cmn-CN Zhiyu, da-DK Naja Mads, nl-NL Lotte Ruben, en-AU Nicole Russell, en-GB Amy Emma Brian,
  en-IN Aditi Raveena, en-US Ivy Joanna Kendra Kimberly Salli Joey Kevin, en-GB-WLS Geraint, fr-FR Celine Lea Mathieu,
  fr-CA Chantal, de-DE Marlene Vicki Hans, hi-IN Aditi, is-IS Dora Karl, it-IT Carla Bianca Giorgio, ja-JP Mizuki Takumi,
  ko-KR Seoyeon, nb-NO Liv, pl-PL Ewa Maja Jacek Jan, pt-BR Camila Vitoria Ricardo, pt-PT Ines Cristiano, ro-RO Carmen,
  ru-RU Tatyana Maxim, es-ES Conchita Lucia Enrique, es-MX Mia, es-US Lupe Penelope Miguel, sv-SE Astrid, tr-TR Filiz,
  cy-GB Gwyneth`;

export type Engine = 'neural' | 'standard';

/** By engine and voice: the languages that it speaks. */
const languages: Readonly<Record<Engine, ReadonlyMap<string, readonly string[]>>> = {
  neural: byVoice(neural),
  standard: byVoice(standard),
};

/** The regions of each engine. */
export const regions: Readonly<Record<Engine, readonly string[]>> = {
  neural:
    `us-east-1 us-west-2 af-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2
    ap-southeast-5 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-south-2 us-gov-west-1`.split(/\s+/),
  standard:
    `us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1
    ap-southeast-1 ap-southeast-2 ap-southeast-5 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 eu-south-2 eu-north-1
    me-south-1 sa-east-1 us-gov-west-1`.split(/\s+/),
};

export function languagesOf(engine: Engine, voice: string): readonly string[] {
  return languages[engine].get(voice) ?? [];
}

function byVoice(table: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const row of table.split(',')) {
    const [language = '', ...voices] = row.trim().split(/\s+/);
    for (const voice of voices) found.set(voice, [...(found.get(voice) ?? []), language]);
  }
  return found;
}
