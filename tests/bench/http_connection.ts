import type { HttpQuestion } from "./http_load.ts";

const MAX_ANSWER_BYTES = 65_536;

/** One connection to a server, for one request at a time. */
export class HttpConnection implements Disposable {
  readonly #connection: Deno.Conn;
  readonly #question: HttpQuestion;
  readonly #head: string;
  readonly #buffer = new Uint8Array(MAX_ANSWER_BYTES);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  /** @param connection To the server. */
  constructor(connection: Deno.Conn, question: HttpQuestion) {
    this.#connection = connection;
    this.#question = question;
    const { host, pathname } = new URL(question.url);
    const headers = {
      host,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...question.headers,
      "content-length": String(question.toBody(1_000_000).length),
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#head = `POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`;
  }

  /** Connect. */
  static async open(question: HttpQuestion): Promise<HttpConnection> {
    const { hostname, port } = new URL(question.url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    connection.setNoDelay(true);
    return new HttpConnection(connection, question);
  }

  /** Send a request and wait for the answer; throws if it is not the expected one. */
  async ask(id: number): Promise<void> {
    await this.#write(this.#encoder.encode(this.#head + this.#question.toBody(id)));
    const answer = await this.#readAnswer();
    const isGood = answer.startsWith("HTTP/1.1 200 ") && answer.includes(this.#question.expected);
    if (!isGood) throw new Error(`${this.#question.url} answers ${answer}`);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#connection.write(bytes.subarray(sent));
    }
  }

  async #readAnswer(): Promise<string> {
    for (let length = 0;;) {
      const read = await this.#connection.read(this.#buffer.subarray(length));
      if (read === null) throw new Error(`${this.#question.url} has hung up`);
      length += read;
      const answer = this.#decoder.decode(this.#buffer.subarray(0, length));
      if (isComplete(answer)) return answer;
    }
  }
}

/** Whether all of an answer is there. It holds ASCII only. */
function isComplete(answer: string): boolean {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const announced = /\r\ncontent-length: (\d+)\r\n/i.exec(answer)?.[1];
  if (announced === undefined) return answer.endsWith("\r\n0\r\n\r\n");
  return answer.length >= headEnd + 4 + Number(announced);
}
