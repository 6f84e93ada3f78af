// The one way to send something to the service.

/** The whole request failed; `message` is a sentence for the person. */
export class ServiceError extends Error {
  constructor(
    message: string,
    readonly status = 0,
    readonly where = "",
  ) {
    super(message);
  }
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || (this.status >= 500 && this.status !== 501);
  }
}

/** The person stopped it. */
export class Stopped extends Error {}

export interface Told {
  unreachable: string;
  strange: string;
}
export interface ServiceOptions {
  base: string;
  token?: () => string | Promise<string>;
  tries?: number;
  waitSeconds?: number;
  timeoutSeconds?: number;
  told?: Told;
  fetch?: typeof fetch;
}
const GZIP_FROM = 65_536;

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** The service behind an address. Requests that may be repeated are, with growing pauses. */
export class Service {
  told: Told;
  requests = 0;
  bytes = 0;

  constructor(private readonly options: ServiceOptions) {
    this.told = options.told ?? { unreachable: "The service does not answer.", strange: "?" };
  }

  get<T>(path: string): Promise<T> {
    return this.json<T>("GET", path);
  }

  post<T>(path: string, body: string): Promise<T> {
    return this.json<T>("POST", path, body);
  }

  /** POST with progress: phases as they come, then the result. */
  async watched<T>(
    path: string,
    body: string | FormData,
    phase: (name: string) => void,
    signal?: AbortSignal,
  ): Promise<T> {
    const accept = "text/event-stream";
    return this.patiently(async () => {
      const answer =
        typeof body === "string"
          ? await this.send(path, body, accept, signal)
          : await this.once("POST", path, body, { Accept: accept }, signal);
      return this.events<T>(await this.checked(answer), phase);
    }, signal);
  }

  private async events<T>(answer: Response, phase: (name: string) => void): Promise<T> {
    if (!answer.headers.get("content-type")?.includes("event-stream") || !answer.body) {
      return (await answer.json()) as T;
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let pieces: string[] = [];
    let end = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new ServiceError(this.told.unreachable);
      pieces.push(value);
      // Joined when an event is whole: a file comes in thousands of pieces.
      end = (end + value).slice(-2);
      if (end !== "\n\n") continue;
      for (const event of pieces.join("").split("\n\n")) {
        const kind = /^event: (.*)$/m.exec(event)?.[1];
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (!kind || data === undefined) continue;
        const found = JSON.parse(data);
        if (kind === "phase") phase(found.phase);
        else if (kind === "error") throw new ServiceError(found.message, 422, found.where ?? "");
        else return found as T;
      }
      pieces = [];
    }
  }

  private json<T>(method: string, path: string, body?: string): Promise<T> {
    return this.patiently(async () => {
      const answer = body === undefined ? await this.once(method, path) : await this.send(path, body);
      return (await (await this.checked(answer)).json()) as T;
    });
  }

  /** Again after a passing failure: the service only computes, so that twice is as good as once. */
  private async patiently<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const tries = this.options.tries ?? 3;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (signal?.aborted) throw new Stopped();
        const known = this.known(error);
        if (!known.passing || attempt >= tries) throw known;
        const wait = (this.options.waitSeconds ?? 0.3) * 2 ** (attempt - 1);
        await sleep(1000 * wait * (0.5 + Math.random()));
      }
    }
  }

  private known(error: unknown): ServiceError {
    if (error instanceof ServiceError) return error;
    return error instanceof SyntaxError
      ? new ServiceError(this.told.strange, 501)
      : new ServiceError(this.told.unreachable);
  }

  private async send(
    path: string,
    body: string,
    accept = "application/json",
    signal?: AbortSignal,
  ): Promise<Response> {
    const headers: Record<string, string> = { "Content-Type": "application/json", Accept: accept };
    let content: BodyInit = body;
    if (body.length >= GZIP_FROM && typeof CompressionStream !== "undefined") {
      const packed = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
      content = await new Response(packed).arrayBuffer();
      headers["Content-Encoding"] = "gzip";
    }
    this.bytes += typeof content === "string" ? content.length : (content as ArrayBuffer).byteLength;
    return this.once("POST", path, content, headers, signal);
  }

  private async once(
    method: string,
    path: string,
    body?: BodyInit,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Response> {
    const token = await this.options.token?.();
    if (token) headers = { ...headers, Authorization: `Bearer ${token}` };
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 1000 * (this.options.timeoutSeconds ?? 120));
    if (signal?.aborted) stop.abort();
    signal?.addEventListener("abort", () => stop.abort());
    this.requests += 1;
    try {
      const send = this.options.fetch ?? globalThis.fetch.bind(globalThis);
      return await send(this.options.base + path, {
        method,
        headers,
        signal: stop.signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch {
      throw new ServiceError(this.told.unreachable);
    } finally {
      clearTimeout(timer);
    }
  }

  private async checked(answer: Response): Promise<Response> {
    if (answer.ok) return answer;
    let told: { message?: string; where?: string } = {};
    try {
      told = (await answer.json()).error ?? {};
    } catch {
      // Not ours: a proxy's page, say.
    }
    const text = told.message ?? `${this.told.unreachable} (HTTP ${answer.status})`;
    throw new ServiceError(text, answer.status, told.where ?? "");
  }
}
