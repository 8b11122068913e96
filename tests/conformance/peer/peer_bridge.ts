import { isJsonObject, type JsonObject } from "../../../src/codec/mod.ts";
import type { TaskGroup } from "../../../src/concurrency/mod.ts";
import type { FarSide } from "../../../src/mcp/relay/far_side.ts";
import { PeerLink } from "./peer_link.ts";
import { toHttpResponse } from "./to_http_response.ts";

const SESSION_HEADER = "mcp-session-id";
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

/**
 * The suite speaks HTTP only. This carries each of its messages to a peer and back: a session of the
 * legacy era over one stream, a request of the modern era over a stream of its own.
 */
export class PeerBridge {
  readonly #group: TaskGroup;
  readonly #far: FarSide;
  readonly #sessions = new Map<string, PeerLink>();

  constructor(group: TaskGroup, far: FarSide) {
    this.#group = group;
    this.#far = far;
  }

  /** Answer a request of the suite. */
  async handle(request: Request): Promise<Response> {
    const sessionId = request.headers.get(SESSION_HEADER) ?? "";
    const link = this.#sessions.get(sessionId);
    if (request.method !== "POST") return this.#end(request.method, sessionId);
    const message = await request.json();
    if (isModern(message)) return await this.#answerModern(message);
    if (message["method"] === "initialize") return await this.#begin(message);
    if (link === undefined) return new Response(null, { status: 404 });
    if (message["method"] === undefined || message["id"] === undefined) {
      await link.send(message);
      return new Response(null, { status: 202 });
    }
    return await toHttpResponse(await link.request(message), { isModern: false });
  }

  async #answerModern(message: JsonObject): Promise<Response> {
    const link = PeerLink.open(this.#group, this.#far);
    const answers = await link.request(message);
    return await toHttpResponse(answers, { isModern: true, onEnd: () => link.close() });
  }

  async #begin(message: JsonObject): Promise<Response> {
    const link = PeerLink.open(this.#group, this.#far);
    const sessionId = crypto.randomUUID();
    this.#sessions.set(sessionId, link);
    const headers = { [SESSION_HEADER]: sessionId };
    return await toHttpResponse(await link.request(message), { isModern: false, headers });
  }

  /** There is no stream for what belongs to no request: what is to be said is said with requests. */
  #end(method: string, sessionId: string): Response {
    if (method !== "DELETE") return new Response(null, { status: 405 });
    this.#sessions.get(sessionId)?.close();
    this.#sessions.delete(sessionId);
    return new Response(null, { status: 204 });
  }
}

function isModern({ method, params = null }: JsonObject): boolean {
  const { "_meta": meta = null } = isJsonObject(params) ? params : {};
  return method === "server/discover" || (isJsonObject(meta) && VERSION_KEY in meta);
}
