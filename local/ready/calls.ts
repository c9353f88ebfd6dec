import { consentVersions, newestConsentVersion } from '../../pipeline/meetings/consentTexts.ts';
import { readCallSettings, unneeded } from './callSettings.ts';
import { askMediaPipelines } from './mediaPipelines.ts';
import type { Place } from './place.ts';
import { ByHand, type Question } from './question.ts';

const topic = 'calls';

/** What an account needs so that calls are held, captioned and recorded. */
export function askCalls(place: Place): Question[] {
  return [
    ...askMediaPipelines(place),
    askConsentVersion(place),
    askConsentText(place),
    askRegions(place),
    askTransfer(place),
    askQuota(place),
  ];
}

function askConsentVersion(place: Place): Question {
  return {
    topic,
    what: 'the version of the text that people agree to',
    asked: 'lambda:GetFunctionConfiguration',
    wanted: 'named where calls are recorded, so that no release brings another text by itself',
    todo: `consentTextVersion in the stage's block of serverless.yml: one of ${consentVersions.join(', ')}; deploy again`,
    async ask() {
      const { records, consentVersion: version } = await readCallSettings(place);
      if (version !== undefined) return { found: version, right: consentVersions.includes(version) };
      return {
        found: `not named: the newest, ${newestConsentVersion}${records ? '' : '; records is off'}`,
        right: !records,
      };
    },
  };
}

function askConsentText(place: Place): Question {
  return {
    topic,
    what: 'the text that people agree to',
    asked: 'by hand',
    wanted: 'reviewed by a clinician and a lawyer of the tenant',
    todo: 'have it reviewed in each language, as DEPLOY.md says',
    async ask() {
      const { records, consentVersion = newestConsentVersion } = await readCallSettings(place);
      if (!records) return unneeded;
      throw new ByHand(`not verified: whether version ${consentVersion} was reviewed; its authors are engineers`);
    },
  };
}

/** The regions of Chime's that an account has to switch on. Source: AWS's account management guide. */
const optIn = ['af-south-1', 'eu-south-1'];

function askRegions(place: Place): Question {
  return {
    topic,
    what: 'regions of the meetings',
    asked: 'by hand',
    wanted: 'all switched on in this account',
    todo: 'aws account get-region-opt-status --region-name R; where it is DISABLED, aws account enable-region --region-name R',
    async ask() {
      const { controlRegion, pipelinesRegion, mediaRegions } = await readCallSettings(place);
      const all = [...new Set([controlRegion, pipelinesRegion, ...mediaRegions])];
      const off = all.filter((region) => optIn.includes(region));
      if (off.length === 0) return { found: `${all.join(', ')}: on in every account`, right: true };
      throw new ByHand(`not verified: whether ${off.join(', ')} is switched on in this account`);
    },
  };
}

function askTransfer(place: Place): Question {
  return {
    topic,
    what: 'region of the media pipelines',
    asked: 'by hand',
    wanted: 'the one that controls the meetings, or one that may record them',
    todo: 'transferConsent in the stage, once the tenant has consented in writing; then record a call of two colleagues',
    async ask() {
      const { records, lacksTransfer, controlRegion, pipelinesRegion } = await readCallSettings(place);
      if (lacksTransfer)
        return { found: `nothing is recorded: ${pipelinesRegion} would, and TRANSFER_CONSENT is off`, right: false };
      if (!records) return unneeded;
      if (pipelinesRegion === controlRegion) return { found: `${pipelinesRegion}, as for the meetings`, right: true };
      throw new ByHand(`not verified: whether ${pipelinesRegion} records a meeting that ${controlRegion} controls`);
    },
  };
}

/** Service Quotas' codes for Chime are published nowhere that we could read. */
function askQuota(place: Place): Question {
  return {
    topic,
    what: 'media pipelines at once',
    asked: 'by hand',
    wanted: 'twice as many as calls are recorded at once: captures and concatenations both count',
    todo: 'look in the console of Service Quotas for the Amazon Chime SDK, and request more; a call beyond them goes on without a recording',
    async ask() {
      const { records, pipelinesRegion } = await readCallSettings(place);
      if (!records) return unneeded;
      throw new ByHand(
        `not verified: the quota in ${pipelinesRegion}, which is 10 unless the account has asked for more`,
      );
    },
  };
}
