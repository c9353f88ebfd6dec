/** Where a media file is. `region` is known only when the address names it. */
export interface S3Location {
  bucket: string;
  key: string;
  region?: string;
}

/**
 * Reads `s3://bucket/key` and the https forms of an S3 address, path style and virtual-hosted style, with the region
 * in the host or without. In the https forms the key is URL-encoded, in the s3 form it is not. Anything else, a query
 * included, is undefined.
 */
export function parseS3Uri(uri: string): S3Location | undefined {
  const plain = /^s3:\/\/([^/]+)\/(.+)$/s.exec(uri);
  if (plain) return location(plain[1], plain[2]);
  const url = URL.parse(uri);
  const host = /^(?:(.+)\.)?s3(?:[.-]([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com(?:\.cn)?$/.exec(url?.hostname ?? '');
  const path = url && decoded(url.pathname.slice(1));
  if (!host || !path || url?.search) return undefined;
  const [, bucket, region] = host;
  if (bucket !== undefined) return location(bucket, path, region);
  const slash = path.indexOf('/');
  return slash < 0 ? undefined : location(path.slice(0, slash), path.slice(slash + 1), region);
}

function location(bucket?: string, key?: string, region?: string): S3Location | undefined {
  if (!bucket || !key) return undefined;
  return region === undefined ? { bucket, key } : { bucket, key, region };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
