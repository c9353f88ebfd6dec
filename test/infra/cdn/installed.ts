import { isInstalled } from '../../../infra/cdn/sdkFile.ts';

/** What the name of a suite says where it is skipped; empty where it is not. */
export const notInstalled = isInstalled() ? '' : ': the Chime SDK is not installed (npm ci --prefix infra/cdn)';
