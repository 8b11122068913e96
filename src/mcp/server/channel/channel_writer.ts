import { FrameTooLargeError, InvalidJsonError, type JsonObject } from "../../../codec/mod.ts";
import { abortable, type TaskGroup } from "../../../concurrency/mod.ts";
import { toErrorMessage } from "../../../error/mod.ts";
import type { Logger } from "../../../telemetry/mod.ts";
import { McpErrorCode } from "../../protocol/error_code.ts";
import type { JsonRpcError, JsonRpcMessage, RequestId } from "../../protocol/message.ts";
import type { MessageChannel } from "./message_channel.ts";

/** What a {@linkcode ChannelWriter} needs. */
export interface ChannelWriterOptions {
  readonly channel: MessageChannel;
  readonly logger: Logger;
}

/** Sends the messages of a server, for no longer than the server lives. */
export class ChannelWriter {
  readonly #group: TaskGroup;
  readonly #options: ChannelWriterOptions;

  /** @param group Cancelled when the channel is broken. */
  constructor(group: TaskGroup, options: ChannelWriterOptions) {
    this.#group = group;
    this.#options = options;
  }

  /**
   * Sends a message.
   *
   * @throws {unknown} The reason of the group's signal, or what is wrong with this message.
   */
  async send(message: JsonRpcMessage | JsonObject): Promise<void> {
    const { signal } = this.#group;
    try {
      // The other side may never read.
      await abortable(this.#options.channel.send(message as unknown as JsonObject), signal);
    } catch (error) {
      if (isAboutMessage(error)) throw error;
      if (!signal.aborted) {
        this.#options.logger.debug("MCP channel broken", { problem: toErrorMessage(error) });
        this.#group.cancel("the channel is broken");
      }
      throw signal.reason;
    }
  }

  /** Sends a message that need not arrive. Resolves to whether it went out; never rejects. */
  async trySend(message: JsonRpcMessage | JsonObject): Promise<boolean> {
    try {
      await this.send(message);
      return true;
    } catch {
      // A broken channel has been noted.
      return false;
    }
  }

  /** Sends an answer, or an error in its place: without one the client would wait for ever. */
  async sendAnswer(answer: JsonRpcMessage & { readonly id: RequestId | null }): Promise<void> {
    try {
      await this.send(answer);
    } catch (error) {
      if (!isAboutMessage(error)) throw error;
      const isLarge = error instanceof FrameTooLargeError;
      await this.refuse(answer.id, {
        code: McpErrorCode.internalError,
        message: `Cannot answer as the result is ${isLarge ? "too large" : "not JSON"}`,
        data: { code: isLarge ? "result_too_large" : "internal_error" },
      });
    }
  }

  /** Answers with an error. */
  async refuse(id: RequestId | null, error: JsonRpcError): Promise<void> {
    await this.send({ jsonrpc: "2.0", id, error });
  }
}

/** Whether the channel is well and it is the message that cannot be sent. */
function isAboutMessage(error: unknown): boolean {
  return error instanceof FrameTooLargeError || error instanceof InvalidJsonError;
}
