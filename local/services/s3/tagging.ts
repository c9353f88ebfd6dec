import type { Call, Reply } from './call.ts';
import type { Context } from './context.ts';
import { versionHeader } from './description.ts';
import { versionIdOf } from './objects.ts';
import { readDocument } from './payload.ts';
import { tagsFromXml, tagsToXml } from './tags.ts';

export async function putObjectTagging(context: Context, call: Call): Promise<Reply> {
  const tags = tagsFromXml(await readDocument(call));
  return { status: 200, headers: setTags(context, call, tags) };
}

export function deleteObjectTagging(context: Context, call: Call): Reply {
  return { status: 204, headers: setTags(context, call, {}) };
}

export function getObjectTagging({ store }: Context, call: Call): Reply {
  const bucket = store.bucket(call.bucket);
  const object = store.object(bucket, call.key, versionIdOf(call));
  return { status: 200, headers: versionHeader(bucket, object.versionId), xml: tagsToXml(object.tags) };
}

function setTags({ store }: Context, call: Call, tags: Record<string, string>): Reply['headers'] & object {
  const bucket = store.bucket(call.bucket);
  const object = store.object(bucket, call.key, versionIdOf(call));
  object.tags = tags;
  store.saveVersion(object);
  return versionHeader(bucket, object.versionId);
}
