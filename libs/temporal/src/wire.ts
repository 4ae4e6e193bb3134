import type { Payload } from '@temporalio/common';
import protobuf from 'protobufjs';

/** `temporal.api.common.v1.Payload`, the two fields we encrypt: the codec hides the payload whole, its metadata included. */
const wireType = new protobuf.Type('Payload')
  .add(new protobuf.MapField('metadata', 1, 'string', 'bytes'))
  .add(new protobuf.Field('data', 2, 'bytes'));

export function payloadToBytes(payload: Payload): Uint8Array {
  return wireType.encode(wireType.create({ metadata: payload.metadata ?? {}, data: payload.data ?? null })).finish();
}

export function payloadFromBytes(bytes: Uint8Array): Payload {
  const { metadata, data } = wireType.decode(bytes) as unknown as Required<Payload>;
  return { metadata: { ...metadata }, data };
}
