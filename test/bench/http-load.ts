/**
 * Load over real HTTP from a thread of its own: some connections that are kept, each with one request under way at a time.
 *
 * Each message asks for a while of load on one server, and is told how many requests a second that answered.
 */
import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

export interface LoadTask {
  readonly url: string;
  /** Bodies to send, one after the other, as long as there is time. */
  readonly bodies: readonly string[];
  readonly ms: number;
}

export type LoadResult = { readonly perSecond: number } | { readonly error: string };

if (parentPort !== null) {
  const port = parentPort;
  const connections = workerData as number;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  port.on('message', async (task: LoadTask) => {
    try {
      port.postMessage({ perSecond: await load(task, connections, agent) } satisfies LoadResult);
    } catch (error) {
      port.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies LoadResult);
    }
  });
}

async function load({ url, ms, bodies }: LoadTask, connections: number, agent: Agent): Promise<number> {
  const start = performance.now();
  let [sent, answered] = [0, 0];
  const connection = async () => {
    while (performance.now() - start < ms) {
      const text = await post(url, bodies[sent++ % bodies.length]!, agent);
      if (text.includes('"errors"') || !text.includes('"verdict"')) throw new Error(`a check was not answered: ${text.slice(0, 500)}`);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return (answered / (performance.now() - start)) * 1e3;
}

/** The text of the answer. */
export function post(url: string, body: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
