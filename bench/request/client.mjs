// An HTTP client that does next to nothing, on connections that stay open: two cores are shared with the server.

import { connect } from 'node:net';

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const SET_COOKIE = /\r\nset-cookie: *([^=;\r]+)=([^;\r]*)/gi;

/** One visitor: a connection, and the cookies that it was told to keep. */
export class Visitor {
  /** By name. */
  cookies = new Map();
  #port;
  #socket = null;
  #text = '';
  #pending = null;

  constructor(port) {
    this.#port = port;
  }

  /**
   * Resolves with an open connection. Node closes one that is idle for five seconds, while other servers have their turn;
   * the next one should not be part of what is measured.
   */
  connected() {
    if (this.#socket !== null) return Promise.resolve();
    const socket = connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => this.#receive(text));
    return new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('close', () => {
        if (this.#socket === socket) this.#socket = null;
        this.#closed();
      });
    });
  }

  /** The data of an answer, which is JSON. Cookies are kept and sent as a browser does. */
  ask(path) {
    return new Promise((resolve, reject) => {
      this.#pending = { path, resolve, reject, isSecond: false };
      this.#send().catch(reject);
    });
  }

  close() {
    this.#pending = null;
    this.#socket?.destroy();
  }

  async #send() {
    // Only where there is none: an await is a turn of the microtask queue more for every request.
    if (this.#socket === null) await this.connected();
    const { path } = this.#pending;
    const cookies = Array.from(this.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const cookie = cookies === '' || path === '/none' ? '' : `Cookie: ${cookies}\r\n`;
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${cookie}\r\n`, 'latin1');
  }

  /** A request may cross with the end of an idle connection: once more then, as browsers do. */
  #closed() {
    const pending = this.#pending;
    this.#text = '';
    if (pending === null) return;
    if (pending.isSecond) return void pending.reject(new Error('the server closed the connection'));
    this.#pending = { ...pending, isSecond: true };
    this.#send().catch(pending.reject);
  }

  #receive(text) {
    this.#text += text;
    const end = this.#text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#text.slice(0, end);
    const body = bodyOf(head, this.#text.slice(end + 4));
    if (body === null) return;
    this.#text = '';
    for (const [, name, value] of head.matchAll(SET_COOKIE)) this.cookies.set(name, value);
    const { resolve, reject } = this.#pending;
    this.#pending = null;
    if (head.startsWith('HTTP/1.1 200 ')) resolve(JSON.parse(body));
    else reject(new Error(head.slice(0, head.indexOf('\r\n'))));
  }
}

/** The body, null while it is not all there. In one chunk at most: the answers here are a dozen bytes. */
function bodyOf(head, rest) {
  const length = LENGTH.exec(head)?.[1];
  if (length !== undefined) return rest.length >= Number(length) ? rest : null;
  if (!rest.endsWith('0\r\n\r\n')) return null;
  const [, size, body = ''] = /^([0-9a-f]+)\r\n([\s\S]*)$/i.exec(rest) ?? [];
  return body.slice(0, Number.parseInt(size, 16));
}
