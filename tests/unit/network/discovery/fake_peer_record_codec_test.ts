import { createPeerId } from "./create_peer_id.ts";
import { createFakePeerRecordCodec } from "./fake_peer_record_codec.ts";
import { testPeerRecordCodec } from "./peer_record_codec_suite.ts";

let seed = 0;

testPeerRecordCodec("createFakePeerRecordCodec", () => {
  const peerId = createPeerId(++seed);
  return Promise.resolve({ peerId, codec: createFakePeerRecordCodec(peerId) });
});
