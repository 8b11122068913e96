import { z } from "zod";

/** A TCP port; 0 lets the system pick one. */
export const portSchema = z.int().min(0).max(65_535);
/** What {@linkcode portSchema} expects, in words. */
export const PORT_EXPECTED = "a whole number from 0 to 65535";
/** A host name or IP address, with or without a port. */
export const hostSchema = z.string().regex(/^[0-9A-Za-z_.:%[\]-]+$/);
/** A path of the file system. */
export const pathSchema = z.string().min(1);
/** The outer form of a multiaddr; the network knows which protocols and addresses are right. */
export const multiaddrSchema = z.string().regex(/^(\/[^/\s]+)+$/);
/** A multiaddr that says which peer it leads to. */
export const dialableMultiaddrSchema = multiaddrSchema.regex(/\/p2p\/[^/]+$/);
/** The same, or a name behind which the DNS has such ones. */
export const bootstrapMultiaddrSchema = multiaddrSchema.regex(/(\/p2p\/[^/]+|^\/dnsaddr\/[^/]+)$/);
/** A peer id in base58, or as a CID in base32 or base36. */
export const peerIdSchema = z.string().regex(
  /^([1-9A-HJ-NP-Za-km-z]{40,70}|b[a-z2-7]{50,90}|k[0-9a-z]{45,80})$/,
);
/** A peer id, and after `=` what that peer may do, such as `12D3KooW...=submit+work`. */
export const allowedPeerSchema = z.string().refine((text) => {
  const [peerId, roles, ...more] = text.split("=");
  return more.length === 0 && peerIdSchema.safeParse(peerId).success &&
    (roles === undefined ||
      /^(submit|work|tools|cache|admin)(\+(submit|work|tools|cache|admin))*$/.test(roles));
});
/** A web origin exactly as browsers send it, or `*`. */
export const originSchema = z.string().refine(isOrigin);

function isOrigin(text: string): boolean {
  return text === "*" || (URL.canParse(text) && new URL(text).origin === text);
}
