/**
 * A wire to a server that counts what goes through it, and is cut where a test says. Everything goes through unread.
 *
 * `up` is towards the server, `down` from it.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type Way = 'up' | 'down';

interface Mark {
  readonly way: Way;
  readonly at: number;
  readonly isCut: boolean;
  readonly reached: () => void;
}

export class Wire {
  /** Bytes that went through so far. */
  readonly passed: Record<Way, number> = { up: 0, down: 0 };
  readonly #server: Server;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #marks: Mark[] = [];

  private constructor(port: number) {
    this.#port = port;
    this.#server = createServer((socket) => this.#join(socket));
  }

  static async to(port: number): Promise<Wire> {
    const wire = new Wire(port);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get address(): string {
    return `bolt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits until so many bytes more went through. */
  reached(way: Way, bytes: number): Promise<void> {
    return this.#mark(way, bytes, false);
  }

  /** Ends all connections once so many bytes more went through, in the middle of what is being said; new ones are taken. */
  cutAfter(way: Way, bytes: number): Promise<void> {
    return this.#mark(way, bytes, true);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#cut();
    await once(this.#server, 'close');
  }

  #mark(way: Way, bytes: number, isCut: boolean): Promise<void> {
    return new Promise((reached) => {
      this.#marks.push({ way, at: this.passed[way] + bytes, isCut, reached });
    });
  }

  #join(client: Socket): void {
    const server = connect(this.#port, '127.0.0.1');
    for (const [from, into, way] of [
      [client, server, 'up'],
      [server, client, 'down'],
    ] as const) {
      from.setNoDelay();
      this.#sockets.add(from);
      from.on('data', (bytes) => this.#pass(way, bytes, into));
      from.on('end', () => into.end());
      // What one end does not hear any more the other one need not say.
      from.on('error', () => into.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        into.destroy();
      });
    }
  }

  #pass(way: Way, bytes: Buffer, into: Socket): void {
    const before = this.passed[way];
    const due = this.#marks.filter((mark) => mark.way === way && mark.at <= before + bytes.length);
    this.#marks = this.#marks.filter((mark) => !due.includes(mark));
    const cut = due.find(({ isCut }) => isCut);
    const part = cut === undefined ? bytes : bytes.subarray(0, Math.max(cut.at - before, 0));
    this.passed[way] += part.length;
    if (cut === undefined) into.write(part);
    // What came before the cut arrives.
    else into.write(part, () => this.#cut());
    for (const { reached } of due) reached();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
