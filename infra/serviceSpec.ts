import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { SpecDatabase } from '@aws-cdk/service-spec-types';

let loaded: SpecDatabase | undefined;

/** AWS's own description of its resource types and metrics; reading it takes a second, so it is read once. */
export const serviceSpec = (): SpecDatabase => (loaded ??= loadAwsServiceSpecSync());
