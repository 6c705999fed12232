/** A headless Chromium by its debugging protocol: enough to open a page, evaluate in it, and see what it asked for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** null where the machine has none. */
export const BROWSER: string | null = PLACES.find((path) => existsSync(path)) ?? null;

export interface BrowserPage {
  /** Addresses that the page asked for, in order. */
  readonly requests: readonly string[];
  /** Errors of scripts, and what the content policy refused. */
  readonly problems: readonly string[];
  evaluate<T>(expression: string): Promise<T>;
  /** Evaluates until the value is truthy. */
  until<T>(expression: string, timeoutMs: number): Promise<T>;
  close(): Promise<void>;
}

export async function openPage(url: string): Promise<BrowserPage> {
  const profile = mkdtempSync(join(tmpdir(), 'grantpath-browser-'));
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic'];
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    ...quiet,
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const browser = spawn(BROWSER ?? '', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
  const socket = new WebSocket(await pageAddress(await debuggerAddress(browser)));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', reject, { once: true });
  });
  const protocol = new Protocol(socket);
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await protocol.send(`${domain}.enable`);
  await protocol.send('Page.navigate', { url });
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result } = (await protocol.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })) as {
      result: { value: T };
    };
    return result.value;
  };
  return {
    requests: protocol.requests,
    problems: protocol.problems,
    evaluate,
    async until<T>(expression: string, timeoutMs: number): Promise<T> {
      for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
        const value = await evaluate<T>(expression);
        if (value) return value;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`not within ${timeoutMs} ms: ${expression}; problems: ${protocol.problems.join('; ')}`);
    },
    async close() {
      socket.close();
      const ended = new Promise((resolve) => browser.once('exit', resolve));
      browser.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

class Protocol {
  readonly requests: string[] = [];
  readonly problems: string[] = [];
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #last = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Message));
  }

  send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #receive({ id, method, params, result }: Message): void {
    if (id !== undefined) this.#waiting.get(id)?.(result);
    else if (method === 'Network.requestWillBeSent') this.requests.push(params?.request?.url ?? '');
    else if (method === 'Runtime.exceptionThrown') this.problems.push(JSON.stringify(params));
    else if (method === 'Log.entryAdded' && params?.entry?.level === 'error') this.problems.push(params.entry.text);
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: { readonly request?: { readonly url: string }; readonly entry?: { readonly level: string; readonly text: string } };
}

function debuggerAddress(browser: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    browser.stderr?.on('data', (chunk) => {
      text += String(chunk);
      const address = /DevTools listening on ws:\/\/([^/]+)\//.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
    browser.once('exit', () => reject(new Error(`the browser ended: ${text}`)));
  });
}

async function pageAddress(address: string): Promise<string> {
  const pages = (await (await fetch(`http://${address}/json/list`)).json()) as { type: string; webSocketDebuggerUrl: string }[];
  const page = pages.find(({ type }) => type === 'page');
  if (page === undefined) throw new Error('the browser has no page');
  return page.webSocketDebuggerUrl;
}
