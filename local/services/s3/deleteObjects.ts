import type { Call, Reply } from './call.ts';
import { checksumHeaders } from './checksums.ts';
import type { Context } from './context.ts';
import { notImplemented, S3Error } from './errors.ts';
import type { Bucket } from './model.ts';
import { checkKey } from './names.ts';
import { remove } from './objects.ts';
import { readDocument } from './payload.ts';
import { childrenNamed, childText, malformed, parseXml, toXml, type XmlChildren, type XmlElement } from './xml.ts';

const mostKeys = 1000;

/** Deletes up to 1,000 objects; each succeeds or fails on its own. */
export async function deleteObjects({ store }: Context, call: Call): Promise<Reply> {
  const integrity = ['content-md5', 'x-amz-trailer', ...checksumHeaders];
  if (!integrity.some((name) => call.headers.has(name))) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5');
  }
  const document = parseXml(await readDocument(call));
  const objects = childrenNamed(document, 'Object');
  if (document.name !== 'Delete' || objects.length === 0 || objects.length > mostKeys) malformed();
  const bucket = store.bucket(call.bucket);
  const quiet = childText(document, 'Quiet') === 'true';
  const results = objects.map((object) => deleteOne({ store }, bucket, toTarget(object)));
  const shown = quiet ? results.filter((result) => 'Error' in result) : results;
  return { status: 200, xml: toXml('DeleteResult', shown) };
}

interface Target {
  key: string;
  versionId?: string;
}

function toTarget(object: XmlElement): Target {
  const condition = object.children.find((child) => child.name !== 'Key' && child.name !== 'VersionId');
  if (condition !== undefined) throw notImplemented(`${condition.name} in DeleteObjects`);
  const versionId = childText(object, 'VersionId');
  return { key: childText(object, 'Key') ?? malformed(), ...(versionId === undefined ? {} : { versionId }) };
}

function deleteOne(context: Pick<Context, 'store'>, bucket: Bucket, { key, versionId }: Target): XmlChildren {
  const target = { Key: key, VersionId: versionId };
  try {
    checkKey(key);
    const { marker } = remove(context, bucket, key, versionId);
    const shown = marker === undefined ? {} : { DeleteMarker: true, DeleteMarkerVersionId: marker.versionId };
    return { Deleted: { ...target, ...shown } };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return { Error: { ...target, Code: error.code, Message: error.message } };
  }
}
