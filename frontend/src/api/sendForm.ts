import { Problem } from "@/api/problem";

interface Sending {
  headers: Record<string, string>;
  signal: AbortSignal;
  /** How much of the form has gone, from 0 to 1. */
  onProgress: (share: number) => void;
}

interface Sent<Answer> {
  data: Answer;
  headers: Headers;
}

/** Posts a form as the one client would, and tells how far it is, which `fetch` does not. Throws Problems. */
export function sendForm<Answer>(
  path: `/api/v1/${string}`,
  form: FormData,
  { headers, signal, onProgress }: Sending,
): Promise<Sent<Answer>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    });
    request.addEventListener("load", () => {
      answerOf<Answer>(request).then(resolve, reject);
    });
    // In the words of fetch, which `asProblem` knows.
    request.addEventListener("error", () => reject(new TypeError("network error")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

async function answerOf<Answer>(request: XMLHttpRequest): Promise<Sent<Answer>> {
  const headers = headersOf(request.getAllResponseHeaders());
  const response = new Response(request.responseText, { status: request.status, headers });
  if (!response.ok) throw await Problem.from(response);
  return { data: (await response.json()) as Answer, headers };
}

export function headersOf(lines: string): Headers {
  const headers = new Headers();
  for (const line of lines.trim().split(/[\r\n]+/)) {
    const at = line.indexOf(":");
    if (at > 0) headers.append(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  return headers;
}
